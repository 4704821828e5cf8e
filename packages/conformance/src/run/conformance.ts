import { REQUIREMENTS } from "../requirements.ts";
import { GROUPS, type Requirement } from "../requirements/requirement.ts";
import type { ConformanceTarget } from "../target/target.ts";
import { createConductor, type ConductOptions } from "./conduct.ts";
import { countsOf, type Report, type RequirementResult } from "./report.ts";

/** What a runner hands to a test: `skip` of vitest and node:test fits. */
export interface TestContext {
  readonly skip?: (reason?: string) => unknown;
}

/** The part of a test runner that the suite needs. Vitest and node:test fit. */
export interface ConformanceRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: (context: TestContext) => Promise<void>) => unknown;
}

/** The suite as tests, and what they found once they have run. */
export interface ConformanceTests {
  /** Complete after the last test. */
  report(): Report;
}

/** The title carries the published ids, so that a failure says what it would repeat. */
function titleOf({ id, sentence, advisories }: Requirement): string {
  return `${id}: ${sentence}${advisories.length === 0 ? "" : ` (${advisories.join(", ")})`}`;
}

/**
 * Declares a test for each requirement: `conformance({ describe, test }, target, { expected })`. A
 * requirement that cannot be asked of this adapter is a skipped test with its reason.
 */
export function conformance(
  { describe, test }: ConformanceRunner,
  target: ConformanceTarget,
  options: ConductOptions = {},
): ConformanceTests {
  const conductor = createConductor(target, options);
  const results: RequirementResult[] = [];
  let capabilities: Report["capabilities"] = {};

  describe(`conformance of ${target.vendor}`, () => {
    for (const group of GROUPS) {
      describe(group, () => {
        for (const requirement of REQUIREMENTS.filter((one) => one.group === group)) {
          test(titleOf(requirement), async (context) => {
            const result = await conductor.decide(requirement);
            results.push(result);
            if (result.verdict === "fail") throw new Error(result.reason);
            if (result.verdict !== "pass") context.skip?.(`${result.verdict}: ${result.reason}`);
          });
        }
      });
    }
    // A plain test and no hook: runners do not agree on what their hooks are called.
    test("the vendor stops", async () => {
      capabilities = await conductor.manifest();
      await conductor.close();
    });
  });

  return {
    report() {
      const { vendor, adapter } = target;
      return { vendor, adapter, capabilities, counts: countsOf(results), requirements: results };
    },
  };
}
