import type { ConformanceRunner } from "../run/conformance.ts";
import type { ConformanceTarget } from "../target/target.ts";
import { ADAPTER_MUTANTS } from "./all.ts";
import { runAdapterMutant, type MutantOptions } from "./run-mutant.ts";

/**
 * Declares a test for each adapter that is broken on purpose: the suite has to notice what is wrong
 * with it. One that does not apply to this vendor is a skipped test.
 */
export function adapterMutants(
  { describe, test }: ConformanceRunner,
  target: ConformanceTarget,
  options: MutantOptions,
): void {
  describe(`broken adapters of ${target.vendor}`, () => {
    for (const mutant of ADAPTER_MUTANTS) {
      test(`${mutant.id}: ${mutant.defect}`, async (context) => {
        const { verdict, missed, collateral } = await runAdapterMutant(mutant, target, options);
        if (verdict === null) {
          context.skip?.("it does not apply to this vendor");
          return;
        }
        const others = collateral.map(({ id, reason }) => `${id}: ${reason}`).join("\n");
        if (missed.length > 0) throw new Error(`not noticed by ${missed.join(", ")}`);
        if (others !== "") throw new Error(`failed besides:\n${others}`);
      });
    }
  });
}
