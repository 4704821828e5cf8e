import { CHECKS } from "../checks.ts";
import { createConductor } from "../run/conduct.ts";
import type { ExpectedCapabilities } from "../expected.ts";
import { REQUIREMENTS } from "../requirements.ts";
import type { Requirement } from "../requirements/requirement.ts";
import type { Spoiled } from "../run/stage.ts";
import type { ConformanceTarget, Started } from "../target/target.ts";
import type { AdapterMutant } from "./mutant.ts";

/** How to run a mutant. */
export interface MutantOptions {
  readonly expected?: ExpectedCapabilities;
  /**
   * `declared` asks only what must fail. `all` also asks the rest, to see that nothing else fails;
   * except for what takes long.
   */
  readonly ask: "declared" | "all";
}

/** What the suite said about a broken adapter. */
export interface MutantResult {
  readonly id: string;
  /** Null: this adapter has nothing that could be broken in this way. */
  readonly verdict: "killed" | "survived" | "collateral" | null;
  /** Requirements that failed, as they should. */
  readonly killedBy: readonly string[];
  /** Requirements that should have failed and did not. */
  readonly missed: readonly string[];
  /** Requirements that failed although nobody said they would, with the reason. */
  readonly collateral: readonly { readonly id: string; readonly reason: string }[];
}

/** Breaks the adapter of a target in one way and asks the suite what it thinks of it. */
export async function runAdapterMutant(
  mutant: AdapterMutant,
  target: ConformanceTarget,
  options: MutantOptions,
): Promise<MutantResult> {
  let applies = true;
  const holds: (() => boolean)[] = [];
  const spoil = (started: Started): Spoiled => {
    const spoiled = mutant.spoil(started);
    applies = spoiled !== null;
    if (spoiled?.tookHold !== undefined) holds.push(spoiled.tookHold);
    return spoiled ?? { started };
  };
  const { expected } = options;
  const conductor = createConductor(target, {
    spoil,
    timeoutMs: 20_000,
    ...(expected === undefined ? {} : { expected }),
  });
  const killedBy: string[] = [];
  const missed: string[] = [];
  const collateral: { id: string; reason: string }[] = [];
  try {
    await conductor.manifest();
    if (!applies) return { id: mutant.id, verdict: null, killedBy, missed, collateral };
    for (const requirement of asked(mutant, options.ask)) {
      const result = await conductor.decide(requirement);
      const isDeclared = mutant.fails.includes(result.id);
      const isAllowed =
        mutant.mayFail?.includes(result.id) === true ||
        (mutant.spreads === true && requirement.guards === "isolation");
      if (result.verdict === "fail" && isDeclared) killedBy.push(result.id);
      if (result.verdict === "pass" && isDeclared) missed.push(result.id);
      if (result.verdict === "fail" && !isDeclared && !isAllowed) {
        collateral.push({ id: result.id, reason: result.reason });
      }
    }
  } finally {
    await conductor.close();
  }
  const isIdle = holds.length > 0 && !holds.some((tookHold) => tookHold());
  return {
    id: mutant.id,
    verdict: isIdle ? null : verdictOf(killedBy, missed, collateral),
    killedBy,
    missed,
    collateral,
  };
}

function asked({ fails }: AdapterMutant, ask: MutantOptions["ask"]): readonly Requirement[] {
  const isLong = (id: string) =>
    CHECKS.some(({ cites, isolated, slow }) => cites === id && (isolated || slow));
  return REQUIREMENTS.filter(({ id }) => fails.includes(id) || (ask === "all" && !isLong(id)));
}

function verdictOf(
  killedBy: readonly string[],
  missed: readonly string[],
  collateral: readonly unknown[],
): MutantResult["verdict"] {
  if (missed.length > 0) return "survived";
  // All that should have failed cannot be asked of this vendor.
  if (killedBy.length === 0) return null;
  return collateral.length > 0 ? "collateral" : "killed";
}
