import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Mutant } from "./mutant.ts";

const FOLDERS = ["packages/*", "packages/{adapters,bindings}/*", "examples/*"];
const LISTS = FOLDERS.flatMap((folder) => [
  `${folder}/test/mutants.ts`,
  `${folder}/test/mutants/*.ts`,
]);

/** Collects what the packages list in `test/mutants.ts` or, if it is long, `test/mutants/*.ts`. */
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
