import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markdownFiles } from "./sources/markdown.ts";
import { repositoryFiles, root } from "./sources/repository-files.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly version?: string;
  readonly packageManager?: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifestOf = (path: string): Manifest => JSON.parse(read(path));

const tools = manifestOf("package.json");
const packages = repositoryFiles()
  .filter((path) => /^packages\/.+\/package\.json$/.test(path))
  .map((path) => ({ path, manifest: manifestOf(path) }));

describe("the tools", () => {
  test("are pinned to exact versions", () => {
    const ranges = Object.entries({ ...tools.devDependencies, ...tools.optionalDependencies });
    expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("include vitest and its coverage in the same version, which is what the latter asks for", () => {
    expect(tools.devDependencies?.["vitest"]).toBe(tools.devDependencies?.["@vitest/coverage-v8"]);
  });

  test("are started by the same pnpm wherever it is named", () => {
    const named = [
      ".ci/run",
      ".github/workflows/ci.yml",
      ...markdownFiles().map(({ path }) => path),
    ].flatMap((path) => [...read(path).matchAll(/pnpm@(\d[\w.-]*\w)/g)].map((match) => match[0]));
    expect(named).not.toEqual([]);
    expect(new Set(named)).toEqual(new Set([tools.packageManager]));
  });
});

describe.each(packages)("$manifest.name", ({ manifest }) => {
  test("has the version of the others, the licence and the oldest Node we support", () => {
    expect(manifest.version).toBe(packages[0]?.manifest.version);
    expect(manifest.license).toBe("MIT");
    expect(manifest.engines?.node).toBe(">=22.18");
  });
});
