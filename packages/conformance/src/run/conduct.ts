import type { Check } from "../checks/check.ts";
import { CHECKS } from "../checks.ts";
import type { ExpectedCapabilities, KnownFailures } from "../expected.ts";
import type { Requirement } from "../requirements/requirement.ts";
import { skipReason } from "../scene/skip.ts";
import type { ConformanceTarget } from "../target/target.ts";
import type { RequirementResult, Verdict } from "./report.ts";
import { openStage, TargetError, type Stage, type StageOptions } from "./stage.ts";

/** What holds for a whole run. */
export interface ConductOptions extends Partial<StageOptions> {
  /** What the adapter must declare. Without it, what it declares is believed. */
  readonly expected?: ExpectedCapabilities;
  readonly knownFailures?: KnownFailures;
  /** A check that takes longer has failed. Default: a minute. */
  readonly timeoutMs?: number;
}

/** A run under way: decides one requirement after the other. */
export interface Conductor {
  decide(requirement: Requirement): Promise<RequirementResult>;
  /** What the adapter declares. Starts the vendor if nothing has yet. */
  manifest(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

const DEFAULT_SEED = 1;
const DEFAULT_TIMEOUT_MS = 60_000;

/** Makes a {@link Conductor}. The vendor is started with the first question and shared by most of them. */
export function createConductor(
  target: ConformanceTarget,
  options: ConductOptions = {},
): Conductor {
  const { expected, knownFailures = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const stageOptions: StageOptions = {
    seed: options.seed ?? DEFAULT_SEED,
    ...(options.spoil === undefined ? {} : { spoil: options.spoil }),
  };
  let shared: Promise<Stage> | undefined;
  const sharedStage = () => (shared ??= openStage(target, stageOptions));

  async function decide(requirement: Requirement): Promise<Verdict> {
    const checks = CHECKS.filter(({ cites }) => cites === requirement.id);
    const { scene } = await sharedStage();
    if (requirement.id === "manifest.expected" && expected === undefined) {
      return { verdict: "skip", reason: "no expected capabilities were given" };
    }
    for (const name of requirement.needs) {
      // SECURITY: what is expected decides, so that an adapter cannot get rid of a question by
      // declaring less than it should.
      const support = expected?.[name].support ?? scene.started.provider.capabilities[name];
      if (support === "no") {
        const why = expected === undefined ? "" : `: ${expected[name].source}`;
        return { verdict: "skip", reason: `capability ${name} is no${why}` };
      }
    }
    if (checks.length === 0) return { verdict: "fail", reason: "nothing checks this requirement" };
    let reason: string | null = null;
    for (const one of checks) {
      const verdict = await runCheck(one);
      if (verdict.verdict === "fail") return verdict;
      if (verdict.verdict === "skip") reason = verdict.reason;
      else reason = null;
    }
    return reason === null ? { verdict: "pass" } : { verdict: "skip", reason };
  }

  async function runCheck({ isolated, run }: Check): Promise<Verdict> {
    const stage = isolated ? await openStage(target, stageOptions) : await sharedStage();
    try {
      await withTimeout(run(stage.scene, { expected }), timeoutMs);
      return { verdict: "pass" };
    } catch (error) {
      const skipped = skipReason(error);
      if (skipped !== null) return { verdict: "skip", reason: skipped };
      return { verdict: "fail", reason: messageOf(error) };
    } finally {
      if (isolated) await stage.close();
    }
  }

  return {
    async decide(requirement) {
      const { id, group } = requirement;
      const found = await decide(requirement);
      const known = Object.hasOwn(knownFailures, id) ? knownFailures[id] : undefined;
      return { id, group, ...(known === undefined ? found : withKnown(found, known)) };
    },
    async manifest() {
      const { scene } = await sharedStage();
      return { ...scene.started.provider.capabilities };
    },
    async close() {
      const stage = await shared?.catch((error: unknown) => {
        if (error instanceof TargetError) return undefined;
        throw error;
      });
      await stage?.close();
    },
  };
}

/** A known failure that does not fail any more is news, and has to be taken from the list. */
function withKnown(found: Verdict, reason: string): Verdict {
  return found.verdict === "fail"
    ? { verdict: "known", reason }
    : { verdict: "fail", reason: `It is listed as a known failure and does not fail: ${reason}` };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "something was thrown that is no error";
  return error.name === "AssertionError" ? error.message : `${error.name}: ${error.message}`;
}

async function withTimeout(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
