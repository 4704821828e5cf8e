import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * How long a package is, for its README: the lines of its TypeScript sources, comments included and
 * tests not, to the nearest hundred, so that not every change of the code is one of the README.
 */
export function sourceLines(packageFolder: string): string {
  const folder = join(packageFolder, "src");
  const total = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(folder, path), "utf8").split("\n").length - 1)
    .reduce((sum, lines) => sum + lines, 0);
  return `About ${(Math.round(total / 100) * 100).toLocaleString("en")} lines of source.`;
}
