/**
 * `pnpm test:mutants [--list] [--only <id>]`
 *
 * Breaks the sources on purpose, one invariant at a time, and checks that the tests which claim to
 * guard that invariant fail. See CONTRIBUTING.md for how to add a mutant.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findMutants } from "./mutants/find-mutants.ts";
import { runMutants } from "./mutants/run-mutants.ts";
import { mutantTable, resultTable } from "./mutants/table.ts";

const { values } = parseArgs({
  options: { list: { type: "boolean" }, only: { type: "string", multiple: true } },
});

const root = fileURLToPath(new URL("..", import.meta.url));
const all = await findMutants(root);
const mutants = values.only ? all.filter((mutant) => values.only?.includes(mutant.id)) : all;

if (values.list) {
  console.log(mutantTable(mutants));
} else if (mutants.length === 0) {
  console.error(
    `There is no mutant ${values.only?.join(", ") ?? "at all"}; --list shows them all.`,
  );
  process.exitCode = 1;
} else {
  const results = await runMutants(mutants, {
    root,
    parallel: Math.max(1, availableParallelism()),
    timeoutMs: 60_000,
    onResult: ({ mutant, verdict }) => console.log(`${verdict.kind.padEnd(12)} ${mutant.id}`),
  });
  const bad = results.filter(({ verdict }) => verdict.kind !== "killed");
  console.log(`\n${resultTable(results)}\n`);
  for (const { mutant, verdict } of bad) {
    console.error(`${mutant.id}: ${verdict.kind}. ${verdict.detail ?? ""}`);
  }
  console.log(`${results.length - bad.length} of ${results.length} mutants killed`);
  if (bad.length > 0) process.exitCode = 1;
}
