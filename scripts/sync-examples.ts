/** `pnpm docs:examples`: copies the examples that the documents show from type-checked files. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { syncExamples } from "./docs/examples.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const documents = globSync(["*.md", "docs/**/*.md", "{packages,examples,benchmarks}/**/*.md"], {
  cwd: root,
  exclude: ["**/node_modules/**", "**/dist/**", "**/CHANGELOG.md"],
});
for (const path of documents) {
  const before = read(path);
  const after = syncExamples(before, read);
  if (after !== before) {
    writeFileSync(join(root, path), after);
    console.log(path);
  }
}
