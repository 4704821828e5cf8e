/** Runs `worker.ts` on workerd, Cloudflare's open runtime, with the same provider as on Node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openProvider, readPort, stopTogether } from "@tenantry/example-kit";
import { installApart } from "@tenantry/example-kit/install-apart";
import { greeting } from "./greeting.ts";
import { defaultProvider } from "./providers.ts";

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@cloudflare/workerd-linux-64",
  "linux-arm64": "@cloudflare/workerd-linux-arm64",
};

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { env } = process;
  const binary = installWorkerd();
  const port = readPort("PORT", env["PORT"], 3001);
  const baseUrl = env["BASE_URL"] ?? `http://localhost:${port}`;
  const provider = await openProvider(env, baseUrl, { defaultProvider, emulatorPort: 4401 });

  const folder = mkdtempSync(join(tmpdir(), "hono-api-"));
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "neutral", // an import of something that only Node has is an error here
    mainFields: ["module", "main"],
    conditions: ["@tenantry/source"],
    target: "es2023",
    external: ["@clerk/backend", "@workos-inc/node", "stytch"], // loaded by their adapters only
  });
  const settings = { ...forWorker(provider.env), BASE_URL: baseUrl };
  writeFileSync(join(folder, "config.capnp"), configuration(settings, port));
  const workerd = spawn(binary, ["serve", join(folder, "config.capnp")], { stdio: "inherit" });
  stopTogether(() => workerd.kill(), provider.demo);
  workerd.once("exit", (code) => process.exit(code ?? 1));
  await once(workerd, "spawn");
  await answers(baseUrl);
  console.log(greeting(baseUrl, provider));
}

/** Settings of core, whoever the provider is. */
const OF_CORE = /^(?:AUTH_\w+|SESSION_\w+|TRUSTED_PROXIES|ALLOWED_ORIGINS)$/;

/** The settings of the app and of the chosen provider, and nothing else of this machine's. */
function forWorker(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const prefix = `${(env["AUTH_PROVIDER"] ?? "").toUpperCase()}_`;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value && (OF_CORE.test(name) || name.startsWith(prefix)) ? [[name, value]] : [],
    ),
  );
}

const configuration = (settings: Readonly<Record<string, string>>, port: number) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      bindings = [
        ${Object.entries(settings)
          .map(
            ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
          )
          .join(",\n        ")}
      ],
      compatibilityDate = "2026-11-01",
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "localhost:${port}", http = (), service = "main")],
);
`;

/** workerd is too large to come with every clone: it is installed the first time. */
function installWorkerd(): string {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error("This runs on Linux, on x64 or arm64.");
  const folder = fileURLToPath(new URL("../workerd", import.meta.url));
  installApart(folder, "workerd");
  return join(folder, "node_modules", name, "bin/workerd");
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The worker does not answer at ${url}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
