import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  ConformanceTarget,
  ExpectedCapabilities,
} from "../../packages/conformance/src/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The target of a shipped adapter, with what the adapter is expected to declare. */
export interface ShippedTarget {
  readonly target: ConformanceTarget;
  readonly expected: ExpectedCapabilities;
}

/** The folders of the adapters that have a target. */
function targetFolders(): readonly string[] {
  return globSync("packages/adapters/*/test/conformance/target.ts", { cwd: root })
    .map((path) => join(path, ".."))
    .toSorted();
}

/** Loads the targets of all shipped adapters, or of the vendors that are named. */
export async function shippedTargets(
  vendors: readonly string[] = [],
): Promise<readonly ShippedTarget[]> {
  const all = await Promise.all(targetFolders().map(load));
  return vendors.length === 0 ? all : all.filter(({ target }) => vendors.includes(target.vendor));
}

/** What each shipped adapter is expected to declare, by vendor. Needs no vendor to run. */
export async function expectedCapabilities(): Promise<
  readonly { readonly vendor: string; readonly expected: ExpectedCapabilities }[]
> {
  return Promise.all(
    targetFolders().map(async (folder) => {
      const [, , vendor = ""] = folder.split("/");
      return { vendor, expected: await expectedOf(folder) };
    }),
  );
}

async function load(folder: string): Promise<ShippedTarget> {
  const { target }: { target: ConformanceTarget } = await importFile(`${folder}/target.ts`);
  return { target, expected: await expectedOf(folder) };
}

async function expectedOf(folder: string): Promise<ExpectedCapabilities> {
  const { expected }: { expected: ExpectedCapabilities } = await importFile(
    `${folder}/expected.ts`,
  );
  return expected;
}

async function importFile<T>(path: string): Promise<T> {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`${path} is missing`);
  return import(pathToFileURL(file).href);
}
