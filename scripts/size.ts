/**
 * `pnpm size [--write]`: how large the web entry points are, minified and gzipped. Fails if one is
 * over its limit; `--write` puts the table into `docs/runtimes.md`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureSizes, sizesTable } from "./bundles/sizes-table.ts";
import { fillMarkedPart } from "./docs/marked-part.ts";

const PAGE = new URL("../docs/runtimes.md", import.meta.url);
const { values } = parseArgs({ options: { write: { type: "boolean" } } });

const sizes = await measureSizes();
const table = sizesTable(sizes);
console.log(table);
if (values.write) {
  writeFileSync(PAGE, fillMarkedPart(readFileSync(PAGE, "utf8"), "sizes", table));
}
for (const { entry, gzippedBytes } of sizes) {
  if (gzippedBytes > (entry.limitBytes ?? Infinity)) {
    console.log(`FAILED ${entry.name} is over its limit`);
    process.exitCode = 1;
  }
}
