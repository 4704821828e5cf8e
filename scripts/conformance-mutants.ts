/**
 * `pnpm conformance:mutants [--list] [--only <id>] [--vendor <name>]`
 *
 * Breaks the shipped adapters on purpose and checks that the suite notices: exactly the declared
 * requirements fail. Each defect is tried at the first vendor that has what it breaks, or at the
 * vendors that are named.
 */
import { parseArgs } from "node:util";
import { ADAPTER_MUTANTS, type MutantResult } from "../packages/conformance/src/mutants.ts";
import { shippedTargets } from "./conformance/targets.ts";
import { tryMutant } from "./conformance/try-mutant.ts";

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
  // What follows a standard comes first: there a defect breaks least besides itself.
  const all = await shippedTargets(values.vendor);
  const targets = all.toSorted((a, b) => place(a.target.vendor) - place(b.target.vendor));
  const killers = new Map<string, Set<string>>();
  let killed = 0;
  const queue = [...mutants];
  // Most of the time is spent waiting, so two at once.
  await Promise.all([work(), work()]);

  async function work(): Promise<void> {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const results = await tryMutant(mutant, targets, { everywhere: values.vendor !== undefined });
      for (const { vendor, result } of results) report(vendor, result);
      if (results.length === 0) console.log(`no vendor   ${mutant.id}`);
      const isKilled =
        results.length > 0 && results.every(({ result }) => result.verdict === "killed");
      if (isKilled) killed += 1;
      else process.exitCode = 1;
    }
  }

  function report(vendor: string, { id, verdict, killedBy, missed, collateral }: MutantResult) {
    console.log(`${(verdict ?? "").padEnd(11)} ${id} (${vendor})`);
    for (const name of missed) console.error(`  not noticed by ${name}`);
    for (const one of collateral) console.error(`  failed besides: ${one.id}: ${one.reason}`);
    for (const name of killedBy) killers.set(name, (killers.get(name) ?? new Set()).add(id));
  }

  console.log("");
  for (const [name, ids] of [...killers].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(`${name.padEnd(30)} ${[...ids].toSorted().join(" ")}`);
  }
  console.log(`\n${killed} of ${mutants.length} broken adapters noticed`);
}

function place(vendor: string): number {
  const order = ["oidc", "workos", "stytch", "clerk"];
  return order.includes(vendor) ? order.indexOf(vendor) : order.length;
}
