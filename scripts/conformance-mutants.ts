/**
 * `pnpm conformance:mutants [--list] [--only <id>] [--vendor <name>]`
 *
 * Breaks the shipped adapters on purpose and checks that the suite notices: exactly the declared
 * requirements fail. Each defect is tried at the first vendor that has what it breaks, or at the
 * vendors that are named.
 */
import { parseArgs } from "node:util";
import { ADAPTER_MUTANTS } from "../packages/conformance/src/mutants.ts";
import { tryMutants } from "./conformance/mutant-pool.ts";
import type { Tried } from "./conformance/try-mutant.ts";

const { values } = parseArgs({
  options: {
    list: { type: "boolean" },
    only: { type: "string", multiple: true },
    vendor: { type: "string", multiple: true },
  },
});
const mutants = ADAPTER_MUTANTS.filter(({ id }) => values.only?.includes(id) ?? true);

if (values.list === true) {
  for (const { id, defect, fails } of mutants)
    console.log(`${id}: ${defect}\n  ${fails.join(" ")}`);
} else if (mutants.length === 0) {
  console.error(
    `There is no mutant ${values.only?.join(", ") ?? "at all"}; --list shows them all.`,
  );
  process.exitCode = 1;
} else {
  const killers = new Map<string, Set<string>>();
  let killed = 0;
  await tryMutants(
    mutants.map(({ id }) => id),
    {
      vendors: values.vendor ?? [],
      onTried(id, tried) {
        const isKilled = tried.length > 0 && tried.every(isExact);
        if (isKilled) killed += 1;
        print(id, tried);
      },
    },
  );
  console.log("\nrequirement and the defects it notices:\n");
  for (const [name, ids] of [...killers].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(`${name.padEnd(30)} ${[...ids].toSorted().join(" ")}`);
  }
  console.log(`\n${killed} of ${mutants.length} broken adapters noticed`);
  if (killed < mutants.length) process.exitCode = 1;

  function print(id: string, tried: readonly Tried[]): void {
    if (tried.length === 0) console.error(`nowhere     ${id}: no vendor has what it breaks`);
    for (const { vendor, result } of tried) {
      console.log(`${(result.verdict ?? "").padEnd(11)} ${id} (${vendor})`);
      for (const name of result.missed) console.error(`  not noticed by ${name}`);
      for (const one of result.collateral) {
        console.error(`  failed besides: ${one.id}: ${one.reason}`);
      }
      for (const name of result.killedBy) {
        killers.set(name, (killers.get(name) ?? new Set()).add(id));
      }
    }
  }
}

function isExact({ result }: Tried): boolean {
  return result.verdict === "killed";
}
