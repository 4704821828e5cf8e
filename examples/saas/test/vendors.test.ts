import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { providers } from "../src/providers.ts";

const source = fileURLToPath(new URL("../src", import.meta.url));

test("only the loader map names vendors: nothing else of the app changes with AUTH_PROVIDER", () => {
  const names = new RegExp(Object.keys(providers).join("|"), "i");
  const files = globSync("**/*.ts", { cwd: source });
  expect(files.length).toBeGreaterThan(10);
  const naming = files.filter((file) => names.test(readFileSync(`${source}/${file}`, "utf8")));
  expect(naming).toEqual(["providers.ts"]);
});
