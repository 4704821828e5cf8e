import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runtimeImports } from "./sources/imports.ts";
import { moduleGraph } from "./sources/module-graph.ts";
import { nodeGlobals } from "./sources/node-globals.ts";
import { root } from "./sources/repository-files.ts";

/** Where core asks whether it runs on Node, and reads the environment; through `globalThis`. */
const ALLOWED = [
  "packages/core/src/internal/platform.ts",
  "packages/core/src/config/create-auth-from-env.ts",
];

const WEB_ENTRIES = ["index", "provider", "http", "stores"];

const own = (modules: ReadonlyMap<string, unknown>) =>
  [...modules.keys()].filter((path) => !path.includes("node_modules"));

const globalsOf = (paths: readonly string[]) =>
  paths
    .filter((path) => !ALLOWED.includes(path))
    .flatMap((path) =>
      nodeGlobals(readFileSync(join(root, path), "utf8"), path).map((name) => `${path}: ${name}`),
    );

describe.each(WEB_ENTRIES)("core's entry %s", (entry) => {
  const graph = moduleGraph(`packages/core/src/${entry}.ts`);

  test("loads nothing that only Node has", () => {
    expect(graph.nodeImports).toEqual([]);
    expect(globalsOf(own(graph.modules))).toEqual([]);
  });

  test("loads nothing of the entry for Node's own requests", () => {
    expect(own(graph.modules).filter((path) => /\/core\/src\/node[./]/.test(path))).toEqual([]);
  });

  test("loads no package but jose, so that the schema library stays out of the request path", () => {
    expect([...graph.packages].filter((name) => name !== "jose")).toEqual([]);
  });
});

describe("core's entry config", () => {
  const graph = moduleGraph("packages/core/src/config.ts");

  test("loads nothing that only Node has", () => {
    expect(graph.nodeImports).toEqual([]);
    expect(globalsOf(own(graph.modules))).toEqual([]);
  });
});

describe("the binding for Hono", () => {
  const graph = moduleGraph("packages/bindings/hono/src/index.ts");

  test("loads nothing that only Node has", () => {
    expect(own(graph.modules)).toContain("packages/core/src/http/door.ts");
    expect(graph.nodeImports).toEqual([]);
    expect(globalsOf(own(graph.modules))).toEqual([]);
  });
});

describe("core's entry testing", () => {
  test("needs of Node only its assertions", () => {
    const { nodeImports } = moduleGraph("packages/core/src/testing.ts");
    expect(nodeImports.filter((line) => !/ imports node:assert(\/strict)?$/.test(line))).toEqual(
      [],
    );
  });
});

describe("the search for imports", () => {
  const source = `
    import a from "static";
    import "for-effect";
    import type { B } from "types-only";
    import { type C } from "empty-but-loaded";
    export { d } from "re-exported";
    export * from "all-of-it";
    export type { E } from "exported-types-only";
    const f = await import("dynamic");
    const g = require("required");
    const h: "import 'in a string'" = await import(computed());
  `;

  test("finds what a module loads, and not what only its types mention", () => {
    expect(runtimeImports(source, "module.ts").toSorted()).toEqual(
      [
        "<computed>",
        "all-of-it",
        "dynamic",
        "empty-but-loaded",
        "for-effect",
        "re-exported",
        "required",
        "static",
      ].toSorted(),
    );
  });
});

describe("the search for names that only Node has", () => {
  test.each([
    ["Buffer.from(text)", ["Buffer"]],
    ["process.env.X", ["process"]],
    ["globalThis.process?.versions", ["process"]],
    ["const x: NodeJS.Timeout = y", ["NodeJS"]],
    ["({ process })", ["process"]],
    ["order.process()", []],
    ["({ process: 1 })", []],
    ['"process.env"', []],
  ])("reads %s", (source, names) => {
    expect(nodeGlobals(source, "module.ts")).toEqual(names);
  });
});
