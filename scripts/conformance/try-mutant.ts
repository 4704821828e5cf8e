import {
  runAdapterMutant,
  type AdapterMutant,
  type MutantResult,
} from "../../packages/conformance/src/mutants.ts";
import type { ShippedTarget } from "./targets.ts";

/** What became of a mutant at one vendor. */
export interface Tried {
  readonly vendor: string;
  readonly result: MutantResult;
}

/**
 * Tries a mutant at the vendors where it breaks anything: at all of them, or at the fewest that
 * together answer every requirement it has to fail.
 */
export async function tryMutant(
  mutant: AdapterMutant,
  targets: readonly ShippedTarget[],
  options: { readonly everywhere: boolean },
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  const open = new Set(mutant.fails);
  for (const { target, expected } of targets) {
    if (open.size === 0 && !options.everywhere) break;
    const result = await runAdapterMutant(mutant, target, { expected, ask: "all" });
    if (result.verdict === null) continue;
    const isNews = result.killedBy.some((id) => open.has(id)) || result.verdict !== "killed";
    if (isNews || options.everywhere) tried.push({ vendor: target.vendor, result });
    for (const id of result.killedBy) open.delete(id);
  }
  return tried;
}
