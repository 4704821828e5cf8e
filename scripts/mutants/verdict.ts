import type { Killer } from "./mutant.ts";
import type { TestOutcome } from "./run-tests.ts";
import type { ReportedTest } from "./test-report.ts";

/** What the runner found out about a mutant. Only `killed` is good. */
export type VerdictKind =
  | "killed"
  | "survived" // a named test passed although the defect was in
  | "stale" // the text to change is not in the file, or there more than once
  | "unknown-test" // no test has that name
  | "broken-test" // a named test does not pass without the defect
  | "not-loaded" // the tests never loaded the file that holds the defect
  | "crashed" // the test failed for another reason than an expectation
  | "invalid"; // the entry itself is wrong

/** A verdict with the reason, where there is something to say. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly detail?: string;
}

/** The tests a killer names: those with exactly this title, or else those that contain the text. */
function namedTests(tests: readonly ReportedTest[], name: string): readonly ReportedTest[] {
  const exact = tests.filter((test) => test.title === name || test.fullName === name);
  return exact.length > 0 ? exact : tests.filter((test) => test.fullName.includes(name));
}

/** Judges a killer without the defect: its tests must be there and pass. `null` means all is well. */
export function judgeBaseline(outcome: TestOutcome, killer: Killer): Verdict | null {
  if (!outcome.ran) return { kind: "broken-test", detail: outcome.why };
  const tests = namedTests(outcome.run.tests, killer.test);
  const broken = tests.filter((test) => test.state !== "passed");
  if (outcome.run.errors.length > 0) {
    return { kind: "broken-test", detail: outcome.run.errors.join("; ") };
  }
  if (tests.length === 0) return { kind: "unknown-test", detail: describe(killer) };
  if (broken.length > 0) {
    const states = broken.map((test) => `"${test.fullName}" ${test.state}`).join(", ");
    return { kind: "broken-test", detail: `without the defect: ${states}` };
  }
  return null;
}

/** Judges a killer with the defect in: one of its tests must fail, and on an expectation. */
export function judgeMutated(outcome: TestOutcome, killer: Killer): Verdict {
  if (!outcome.ran) return { kind: "crashed", detail: outcome.why };
  if (!outcome.mutationLoaded) return { kind: "not-loaded", detail: describe(killer) };
  const tests = namedTests(outcome.run.tests, killer.test);
  if (tests.some((test) => test.state === "failed" && test.failedOnAssertion)) {
    return { kind: "killed" };
  }
  const errors = [...outcome.run.errors, ...tests.flatMap((test) => test.errors)];
  if (errors.length > 0) return { kind: "crashed", detail: errors.join("; ") };
  return { kind: "survived", detail: describe(killer) };
}

function describe(killer: Killer): string {
  return `${killer.file}: "${killer.test}"`;
}
