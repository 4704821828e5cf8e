import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const IGNORED = new Set(["node_modules", "dist", "coverage", ".git", ".turbo", ".DS_Store"]);

/**
 * Every file of the repository, from its root and with forward slashes. Walks the folders and does
 * not ask git, so that the tests also run in an unpacked archive.
 */
export function repositoryFiles(folder = root): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !IGNORED.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? repositoryFiles(path) : [relative(root, path)];
    })
    .map((path) => path.split(sep).join("/"))
    .toSorted();
}
