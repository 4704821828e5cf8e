import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Mutant } from "./mutant.ts";

const LISTS = [
  "packages/*/test/mutants.ts",
  "packages/{adapters,bindings}/*/test/mutants.ts",
  "examples/*/test/mutants.ts",
];

/** Collects what the packages list in their `test/mutants.ts`. */
export async function findMutants(root: string): Promise<readonly Mutant[]> {
  const paths = globSync(LISTS, { cwd: root }).toSorted();
  const lists = await Promise.all(
    paths.map(async (path) => {
      const { mutants }: { mutants?: readonly Mutant[] } = await import(
        pathToFileURL(join(root, path)).href
      );
      if (!mutants) throw new TypeError(`${path} exports no "mutants"`);
      return mutants;
    }),
  );
  return lists.flat();
}
