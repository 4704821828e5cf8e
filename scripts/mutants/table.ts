import type { Mutant } from "./mutant.ts";
import type { MutantResult } from "./run-mutants.ts";

const COLUMNS = ["id", "row", "guards", "killed by"] as const;

/** The mutants as an aligned table, with their verdicts once there are some. */
export function mutantTable(mutants: readonly Mutant[]): string {
  return align([[...COLUMNS], ...mutants.map(cells)]);
}

/** The same with a column of verdicts. */
export function resultTable(results: readonly MutantResult[]): string {
  const rows = results.map(({ mutant, verdict }) => [...cells(mutant), verdict.kind]);
  return align([[...COLUMNS, "verdict"], ...rows]);
}

function cells(mutant: Mutant): string[] {
  const killers = mutant.killedBy.map((killer) => `${killer.project}: ${killer.test}`);
  return [mutant.id, String(mutant.row ?? ""), mutant.guards, killers.join(" + ")];
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
