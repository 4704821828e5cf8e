import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createAuthFromEnv, type ProviderMap } from "../packages/core/src/config.ts";
import { definePermissions } from "../packages/core/src/index.ts";
import { describe, expect, test } from "vitest";
import { root } from "./sources/repository-files.ts";

const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, ".env.example")),
);
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), "utf8");

/** Names that a file sets, those of lines that are commented out too. */
const namesIn = (text: string) =>
  [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);

/** Every setting of core and the adapters: this file is generated from the code. */
const settings = new Set(namesIn(read(".env.example")));

test("the examples that take settings are known", () => {
  expect(examples).toEqual(["fastify-api", "hono-api", "mcp-server", "saas"]);
});

describe.each(examples)("the .env.example of %s", (name) => {
  const text = read("examples", name, ".env.example");
  const sources = [join(root, "examples", name, "src"), join(root, "packages/example-kit/src")];
  const code = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(folder, file), "utf8")),
  );

  test("names settings that there are, and variables that the app reads itself", () => {
    const unknown = namesIn(text).filter(
      (one) =>
        one !== undefined && !settings.has(one) && !code.some((file) => file.includes(`"${one}"`)),
    );
    expect(namesIn(text)).toContain("AUTH_SECRET");
    expect(unknown).toEqual([]);
  });

  test("is accepted as it stands, but for the secret that each deployment makes", async () => {
    const { createAppAuth } = await providersOf(name);
    const env = { ...parseEnv(text), AUTH_SECRET: "a secret of at least thirty-two characters" };
    await expect(createAppAuth(env)).resolves.toHaveProperty("authenticate");
  });

  test("holds no secret", () => {
    const secrets = Object.entries(parseEnv(text.replaceAll(/^# (?=[A-Z])/gm, ""))).filter(
      ([one, value]) => /SECRET|API_KEY|PASSWORD/.test(one) && value !== "",
    );
    expect(secrets).toEqual([]);
  });
});

/** The providers that an example can be deployed with, and nothing else of it. */
async function providersOf(name: string) {
  const { providers }: { readonly providers: ProviderMap } = await import(
    `../examples/${name}/src/providers.ts`
  );
  const permissions = definePermissions({ permissions: ["notes:read"], roles: { viewer: [] } });
  return {
    createAppAuth: (env: NodeJS.Dict<string>) =>
      createAuthFromEnv({ env, baseUrl: "http://localhost:3000", providers, permissions }),
  };
}
