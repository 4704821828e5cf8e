import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { occurrences } from "./apply.ts";
import { limit } from "./limit.ts";
import type { Killer, Mutant } from "./mutant.ts";
import { runTests, type TestOutcome } from "./run-tests.ts";
import { judgeBaseline, judgeMutated, type Verdict } from "./verdict.ts";

/** A mutant and what became of it. */
export interface MutantResult {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** Where and how to run. */
export interface RunOptions {
  /** The folder that holds `vitest.config.ts` and against which all paths are read. */
  readonly root: string;
  /** How many vitest processes at a time. */
  readonly parallel: number;
  /** How long one vitest process may take; a defect can make a test wait for ever. */
  readonly timeoutMs: number;
  readonly onResult?: (result: MutantResult) => void;
}

/** Runs each mutant against the tests it names, after making sure that those pass without it. */
export async function runMutants(
  mutants: readonly Mutant[],
  options: RunOptions,
): Promise<readonly MutantResult[]> {
  const { root, timeoutMs } = options;
  const slot = limit(options.parallel);
  const baselines = new Map<string, Promise<TestOutcome>>();

  const groupOf = ({ project, file }: Killer) => `${project}\n${file}`;
  const namesOf = (group: string, among: readonly Mutant[]) => {
    const killers = among.flatMap((mutant) => mutant.killedBy);
    return [...new Set(killers.filter((k) => groupOf(k) === group).map((k) => k.test))];
  };
  const run = (killer: Killer, among: readonly Mutant[], mutant?: Mutant) =>
    slot(() =>
      runTests({
        root,
        timeoutMs,
        project: killer.project,
        file: resolve(root, killer.file),
        names: namesOf(groupOf(killer), among),
        ...(mutant && {
          mutation: {
            path: resolve(root, mutant.file),
            find: mutant.find,
            replace: mutant.replace,
          },
        }),
      }),
    );
  /** Every named test of one file without a defect; once, however many mutants name it. */
  const baseline = (killer: Killer) => {
    const group = groupOf(killer);
    const outcome = baselines.get(group) ?? run(killer, mutants);
    baselines.set(group, outcome);
    return outcome;
  };

  const judge = async (mutant: Mutant): Promise<Verdict> => {
    const entry = judgeEntry(mutant, mutants, root);
    if (entry) return entry;
    const files = [...new Map(mutant.killedBy.map((k) => [groupOf(k), k])).values()];
    const before = await Promise.all(
      mutant.killedBy.map(async (k) => judgeBaseline(await baseline(k), k)),
    );
    const unusable = before.find((verdict) => verdict !== null);
    if (unusable) return unusable;
    const outcomes = new Map(
      await Promise.all(
        files.map(async (k) => [groupOf(k), await run(k, [mutant], mutant)] as const),
      ),
    );
    const verdicts = mutant.killedBy.map((k) => {
      const outcome = outcomes.get(groupOf(k));
      return outcome ? judgeMutated(outcome, k) : ({ kind: "crashed" } as const);
    });
    return verdicts.find((verdict) => verdict.kind !== "killed") ?? { kind: "killed" };
  };

  return Promise.all(
    mutants.map(async (mutant) => {
      const result = { mutant, verdict: await judge(mutant) };
      options.onResult?.(result);
      return result;
    }),
  );
}

/** What can be said about an entry without running anything. */
function judgeEntry(mutant: Mutant, all: readonly Mutant[], root: string): Verdict | null {
  if (all.filter((other) => other.id === mutant.id).length > 1) {
    return { kind: "invalid", detail: `the id "${mutant.id}" is used twice` };
  }
  if (mutant.killedBy.length === 0) return { kind: "invalid", detail: "names no test" };
  if (mutant.find === mutant.replace) return { kind: "invalid", detail: "changes nothing" };
  let source: string;
  try {
    source = readFileSync(resolve(root, mutant.file), "utf8");
  } catch {
    return { kind: "stale", detail: `there is no file ${mutant.file}` };
  }
  const found = occurrences(source, mutant.find);
  if (found === 1) return null;
  return { kind: "stale", detail: `the text occurs ${found} times in ${mutant.file}, not once` };
}
