import { ADAPTER_MUTANTS } from "../../packages/conformance/src/mutants.ts";
import type { Outcome, Selection } from "../mutants/outcome.ts";
import { tryMutants } from "./mutant-pool.ts";
import type { Tried } from "./try-mutant.ts";

/**
 * Breaks the shipped adapters on purpose and checks that the suite notices: exactly the declared
 * requirements fail. Each defect is tried at the first vendor that has what it breaks, or at the
 * vendors that are named.
 */
export async function tryAdapterMutants(
  { only, list }: Selection,
  vendors: readonly string[] = [],
): Promise<Outcome> {
  const mutants = ADAPTER_MUTANTS.filter(({ id }) => only?.includes(id) ?? true);
  if (list || mutants.length === 0) {
    for (const { id, defect, fails } of mutants) {
      console.log(`${id}: ${defect}\n  ${fails.join(" ")}`);
    }
    return { chosen: mutants.length, survived: 0 };
  }
  const killers = new Map<string, Set<string>>();
  let killed = 0;
  await tryMutants(
    mutants.map(({ id }) => id),
    {
      vendors,
      onTried(id, tried) {
        if (tried.length > 0 && tried.every(isExact)) killed += 1;
        print(id, tried);
        for (const { result } of tried) {
          for (const name of result.killedBy) {
            killers.set(name, (killers.get(name) ?? new Set()).add(id));
          }
        }
      },
    },
  );
  console.log("\nrequirement and the defects it notices:\n");
  for (const [name, ids] of [...killers].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(`${name.padEnd(30)} ${[...ids].toSorted().join(" ")}`);
  }
  console.log(`\n${killed} of ${mutants.length} broken adapters noticed`);
  return { chosen: mutants.length, survived: mutants.length - killed };
}

function print(id: string, tried: readonly Tried[]): void {
  if (tried.length === 0) console.error(`nowhere     ${id}: no vendor has what it breaks`);
  for (const { vendor, result } of tried) {
    console.log(`${(result.verdict ?? "").padEnd(11)} ${id} (${vendor})`);
    for (const name of result.missed) console.error(`  not noticed by ${name}`);
    for (const one of result.collateral) {
      console.error(`  failed besides: ${one.id}: ${one.reason}`);
    }
  }
}

function isExact({ result }: Tried): boolean {
  return result.verdict === "killed";
}
