/**
 * `pnpm conformance:mcp [--only <scenario>] [--verbose]`
 *
 * Runs the server scenarios of the Model Context Protocol's official conformance suite against a
 * server that is made with @tenantry/mcp, in both revisions of the protocol, and prints what passed.
 */
import { parseArgs } from "node:util";
import { startReferee } from "../packages/bindings/mcp/test/official/referee.ts";
import {
  LEFT_OUT,
  REVISIONS,
  SCENARIOS,
} from "../packages/bindings/mcp/test/official/scenarios.ts";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, verbose: { type: "boolean" } },
});

const referee = await startReferee();
let failed = 0;
let passed = 0;
for (const revision of REVISIONS) {
  console.log(`\n${revision}`);
  for (const scenario of SCENARIOS[revision]) {
    if (values.only?.includes(scenario) === false) continue;
    const verdict = await referee.ask(scenario, revision);
    console.log(`  ${verdict.passed ? "pass" : "FAIL"}  ${scenario}`);
    if (!verdict.passed || values.verbose === true) console.log(verdict.output);
    if (verdict.passed) passed += 1;
    else failed += 1;
  }
}
await referee.close();

for (const [scenario, why] of Object.entries(LEFT_OUT)) console.log(`  left  ${scenario}: ${why}`);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
