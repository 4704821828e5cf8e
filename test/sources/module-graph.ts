import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { runtimeImports } from "./imports.ts";
import { root } from "./repository-files.ts";

/** Everything that is loaded with an entry module. */
export interface ModuleGraph {
  /** Files from the repository's root, with what each imports. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
  /** Bare specifiers of npm packages that our own files import. */
  readonly packages: ReadonlySet<string>;
  /** Imports that only Node has, each as "file imports name". */
  readonly nodeImports: readonly string[];
}

/** Follows the imports of a source file through our files and the npm packages they load. */
export function moduleGraph(entry: string): ModuleGraph {
  const modules = new Map<string, readonly string[]>();
  const packages = new Set<string>();
  const nodeImports: string[] = [];
  const queue = [resolve(root, entry)];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const name = relative(root, path);
    if (modules.has(name)) continue;
    const imports = runtimeImports(readFileSync(path, "utf8"), path);
    modules.set(name, imports);
    for (const specifier of imports) {
      if (isBuiltin(specifier)) {
        nodeImports.push(`${name} imports ${specifier}`);
        continue;
      }
      if (specifier === "<computed>") {
        throw new Error(`${name} imports something computed, which no test can follow`);
      }
      const isRelative = specifier.startsWith(".");
      if (!isRelative && !name.includes("node_modules")) packages.add(specifier);
      queue.push(
        isRelative ? resolve(dirname(path), specifier) : createRequire(path).resolve(specifier),
      );
    }
  }
  return { modules, packages, nodeImports };
}
