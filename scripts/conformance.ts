/**
 * `pnpm conformance [--only <group>] [--vendor <name>] [--update]`
 *
 * Runs the suite against every shipped adapter, prints what did not pass with the reason, and writes
 * the reports to `.conformance/`; with `--update` also to the place the documents are made from.
 */
import { parseArgs } from "node:util";
import { renderReport, runConformance } from "../packages/conformance/src/index.ts";
import { COMMITTED, FRESH, writeReport } from "./conformance/reports.ts";
import { shippedTargets } from "./conformance/targets.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    vendor: { type: "string", multiple: true },
    update: { type: "boolean" },
  },
});
const { only = [], vendor = [], update = false } = values;
if (update && only.length > 0) throw new TypeError("--update needs a whole run, without --only");

const targets = await shippedTargets(vendor);
if (targets.length === 0) throw new TypeError(`there is no vendor ${vendor.join(", ")}`);
const reports = await Promise.all(
  targets.map(({ target, expected }) => runConformance(target, { expected, only })),
);
for (const report of reports) {
  console.log(`${renderReport(report)}\n  ${writeReport(FRESH, report)}\n`);
  if (update) console.log(`  ${writeReport(COMMITTED, report)}\n`);
  if (report.counts.fail > 0) process.exitCode = 1;
}
