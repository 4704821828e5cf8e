import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { UsageError } from "../shell.ts";

/** Imports a file of the user's. Throws {@link UsageError} if it is not there or does not load. */
export async function loadModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be loaded: ${detail}`);
  }
}
