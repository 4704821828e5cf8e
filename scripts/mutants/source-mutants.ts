import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { findMutants } from "./find-mutants.ts";
import type { Outcome, Selection } from "./outcome.ts";
import { runMutants } from "./run-mutants.ts";
import { mutantTable, resultTable } from "./table.ts";

/** Breaks the sources one invariant at a time, and reports which tests noticed. */
export async function trySourceMutants({ only, list }: Selection): Promise<Outcome> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const all = await findMutants(root);
  const mutants = all.filter(({ id }) => only?.includes(id) ?? true);
  if (list || mutants.length === 0) {
    if (mutants.length > 0) console.log(mutantTable(mutants));
    return { chosen: mutants.length, survived: 0 };
  }
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
  return { chosen: results.length, survived: bad.length };
}
