import { REQUIREMENTS } from "../requirements.ts";
import type { Requirement } from "../requirements/requirement.ts";
import type { ConformanceTarget } from "../target/target.ts";
import { createConductor, type ConductOptions } from "./conduct.ts";
import { countsOf, type Report, type RequirementResult } from "./report.ts";

/** What to run. */
export interface RunOptions extends ConductOptions {
  /** Groups (`tokens`) or beginnings of ids (`tokens.audience`). Default: everything. */
  readonly only?: readonly string[];
  /** Called after each requirement. */
  readonly onResult?: (result: RequirementResult) => void;
}

/**
 * Asks an adapter everything, or the part that `only` names, and tells what came of it. Throws
 * {@link TargetError} if the vendor cannot be started, and `TypeError` if `only` names nothing.
 */
export async function runConformance(
  target: ConformanceTarget,
  options: RunOptions = {},
): Promise<Report> {
  const requirements = chosen(options.only);
  const conductor = createConductor(target, options);
  const results: RequirementResult[] = [];
  try {
    const capabilities = await conductor.manifest();
    for (const requirement of requirements) {
      const result = await conductor.decide(requirement);
      results.push(result);
      options.onResult?.(result);
    }
    const { vendor, adapter } = target;
    return { vendor, adapter, capabilities, counts: countsOf(results), requirements: results };
  } finally {
    await conductor.close();
  }
}

function chosen(only: readonly string[] | undefined): readonly Requirement[] {
  if (only === undefined || only.length === 0) return REQUIREMENTS;
  const found = REQUIREMENTS.filter(({ id }) =>
    only.some((part) => id === part || id.startsWith(`${part}.`)),
  );
  if (found.length === 0) throw new TypeError(`No requirement begins with ${only.join(", ")}.`);
  return found;
}
