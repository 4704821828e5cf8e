import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { runtimeImports } from "./sources/imports.ts";
import { repositoryFiles, root } from "./sources/repository-files.ts";
import { nodes, parse } from "./sources/syntax.ts";

const files = repositoryFiles();
const packageFolders = files
  .filter((path) => /^packages\/.+\/package\.json$/.test(path))
  .map((path) => posix.dirname(path));

const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The sources of a package with the modules each loads or takes types from. */
function sources(folder: string) {
  return files
    .filter((path) => path.startsWith(`${folder}/src/`) && path.endsWith(".ts"))
    .map((path) => ({ path, imports: allImports(read(path), path) }));
}

/** Unlike the walk for the web entry, a type counts here: it is a dependency for who compiles. */
function allImports(source: string, path: string): readonly string[] {
  const withTypes = [...nodes(parse(source, path))].flatMap(({ node }) => {
    const from = node["source"];
    const isImport = /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type);
    return isImport && typeof from === "object" && from !== null && "value" in from
      ? [String(from.value)]
      : [];
  });
  return [...new Set([...withTypes, ...runtimeImports(source, path)])];
}

const packageOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

test("the packages are where this test looks for them", () => {
  expect(packageFolders).toEqual(
    expect.arrayContaining([
      "packages/adapters/oidc",
      "packages/bindings/express",
      "packages/core",
      "packages/emulators",
    ]),
  );
});

/** Packages that do not build on core alone. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "@tenantry/core": [],
  "@tenantry/cli": ["@tenantry/conformance", "@tenantry/mcp"],
  // Not published: what the examples share.
  "@tenantry/example-kit": ["@tenantry/emulators"],
  // Not published: it runs the others.
  "@tenantry/runtimes": [
    "@tenantry/clerk",
    "@tenantry/core",
    "@tenantry/emulators",
    "@tenantry/hono",
    "@tenantry/mcp",
    "@tenantry/oidc",
    "@tenantry/stytch",
    "@tenantry/workos",
  ],
};

/** Files that load what the person who runs them names. */
const LOADERS: Readonly<Record<string, string>> = {
  "packages/cli/src/commands/load-module.ts": "tenantry conformance --target FILE, tenantry mcp …",
};

describe.each(packageFolders)("%s", (folder) => {
  const manifest: Manifest = JSON.parse(read(`${folder}/package.json`));
  const installed = { ...manifest.dependencies, ...manifest.peerDependencies };
  const allowed = ALLOWED[manifest.name] ?? ["@tenantry/core"];

  test(`imports of our packages only ${allowed.join(", ") || "none"}`, () => {
    const wrong = sources(folder).flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("@tenantry/") && !allowed.includes(packageOf(name)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
    const ours = Object.keys(installed).filter((name) => name.startsWith("@tenantry/"));
    expect(ours.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("imports nothing that installing it would not bring", () => {
    const missing = sources(folder).flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.startsWith(".") && !isBuiltin(name))
        .filter((name) => !(packageOf(name) in installed))
        .filter((name) => !(path in LOADERS && name === "<computed>"))
        .map((name) => `${path} imports ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("reaches into no other package by path", () => {
    const outside = sources(folder).flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("."))
        .filter((name) => !posix.join(posix.dirname(path), name).startsWith(`${folder}/src/`))
        .map((name) => `${path} imports ${name}`),
    );
    expect(outside).toEqual([]);
  });
});

test("core's code knows no vendor by name", () => {
  const vendor = /workos|authkit|clerk|stytch|auth0|okta|keycloak|cognito|entra|azure|microsoft/i;
  const named = files
    .filter((path) => /^packages\/core\/src\/.+\.ts$/.test(path))
    .flatMap((path) =>
      [...nodes(parse(read(path), path))].flatMap(({ node }) =>
        // Comments are not part of the tree: they may cite where a rule comes from.
        [node["name"], node["value"], node["raw"]]
          .filter((text) => typeof text === "string" && vendor.test(text))
          .map((text) => `${path}: ${String(text)}`),
      ),
    );
  expect(named).toEqual([]);
});
