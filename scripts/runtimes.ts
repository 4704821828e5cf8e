/**
 * `pnpm test:runtimes [--write]`
 *
 * Runs one suite on every supported runtime and prints a table. Installs the runtimes first, if they
 * are not there: they do not come with the workspace. Fails when a check fails, when a
 * runtime that CI must have is missing, and when the table in `docs/runtimes.md` says something else;
 * `--write` writes it there. Ends with the line `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installApart } from "../packages/example-kit/src/install-apart.ts";
import { writeBundle } from "../packages/runtimes/src/bundle.ts";
import { runSuite } from "../packages/runtimes/src/run-suite.ts";
import { BINARIES, findBinary, RUNTIMES } from "../packages/runtimes/src/runtimes.ts";
import { startWorld } from "../packages/runtimes/src/world/start-world.ts";
import { fillMarkedPart } from "./docs/marked-part.ts";
import { runtimesTable, type Row } from "./runtimes/table.ts";

const PAGE = new URL("../docs/runtimes.md", import.meta.url);
const { values } = parseArgs({ options: { write: { type: "boolean" } } });
const platform = `${process.platform}-${process.arch}`;
const mustHaveAll = Boolean(process.env["CI"]) && platform === "linux-x64";

installApart(BINARIES, "Node.js 22, Bun, Deno and workerd");

const rows: Row[] = [];
let failures = 0;
const folder = mkdtempSync(join(tmpdir(), "tenantry-runtimes-"));
const world = await startWorld();
try {
  await writeBundle(folder, world.plan);
  for (const runtime of RUNTIMES) {
    const binary = findBinary(runtime, platform);
    if (!binary.found) {
      console.log(`${mustHaveAll ? "FAILED" : "skipped"} ${runtime.name}: ${binary.why}`);
      if (mustHaveAll) failures += 1;
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the emulators are shared
    const report = await runSuite(binary.path, runtime, folder);
    for (const { name, why } of report.failed)
      console.log(`FAILED ${runtime.name}: ${name}\n  ${why}`);
    failures += report.failed.length;
    rows.push({
      runtime: runtime.name,
      version: binary.version,
      passed: report.passed.length,
      failed: report.failed.length,
    });
  }
} finally {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
}

const table = runtimesTable(rows);
console.log(`\n${table}\n`);
if (rows.length === RUNTIMES.length) {
  const page = readFileSync(PAGE, "utf8");
  const filled = fillMarkedPart(page, "runtimes", table);
  if (values.write) writeFileSync(PAGE, filled);
  else if (filled !== page) {
    console.log("FAILED docs/runtimes.md says something else: pnpm test:runtimes --write");
    failures += 1;
  }
}
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
