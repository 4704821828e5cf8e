import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryFiles, root } from "./sources/repository-files.ts";

test("the lockfile names versions and checksums, never an address to download from", () => {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  expect(lockfile).toContain("integrity: sha512-");
  expect(lockfile.match(/https?:|git\+|git@github|tarball:/g) ?? []).toEqual([]);
});

test("no settings file chooses a registry for everyone", () => {
  const settings = repositoryFiles().filter((path) => /(^|\/)\.(npmrc|yarnrc.*)$/.test(path));
  expect(settings).toEqual([]);
});
