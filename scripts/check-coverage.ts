/**
 * Runs after vitest's coverage: makes sure that the report speaks of every source file of core.
 * Thresholds alone do not: a pattern that matches nothing passes them.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const summary: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(root, "coverage/coverage-summary.json"), "utf8"),
);
const sources = globSync("packages/core/src/**/*.ts", { cwd: root });
const missing = sources.filter((path) => !(join(root, path) in summary));

console.log(`coverage speaks of ${sources.length - missing.length} of ${sources.length} files`);
if (sources.length === 0 || missing.length > 0) {
  console.error(`no coverage for ${missing.join(", ")}`);
  process.exitCode = 1;
}
