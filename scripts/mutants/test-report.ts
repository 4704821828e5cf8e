import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** The variable that tells {@link TestReport} where to write. */
export const REPORT_VARIABLE = "TENANTRY_TEST_REPORT";

/** What became of one test. */
export interface ReportedTest {
  readonly title: string;
  /** Suites and title, joined by " > ". */
  readonly fullName: string;
  readonly state: "passed" | "failed" | "skipped" | "pending";
  /** Whether it failed because an expectation did not hold, and not because something broke. */
  readonly failedOnAssertion: boolean;
  readonly errors: readonly string[];
}

/** What became of one vitest run. */
export interface ReportedRun {
  readonly tests: readonly ReportedTest[];
  /** Errors outside of tests: a module that does not load, a rejected promise nobody awaited. */
  readonly errors: readonly string[];
}

/** A vitest reporter that says more about failures than the built-in JSON one: what kind they are. */
export default class TestReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const path = process.env[REPORT_VARIABLE];
    if (path === undefined) throw new Error(`${REPORT_VARIABLE} is not set`);
    const run: ReportedRun = {
      tests: modules.flatMap((module) => Array.from(module.children.allTests(), reportTest)),
      errors: [
        ...modules.flatMap((module) => module.errors().map((error) => error.message)),
        ...unhandled.map((error) => error.message),
      ],
    };
    writeFileSync(path, JSON.stringify(run));
  }
}

function reportTest(test: TestCase): ReportedTest {
  const { state, errors = [] } = test.result();
  return {
    title: test.name,
    fullName: test.fullName,
    state,
    failedOnAssertion: errors.some(isAssertion),
    errors: errors.map((error) => error.message),
  };
}

/** True for a failed expectation, also when a property-based test wrapped it. */
function isAssertion(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, cause } = error as { name?: unknown; cause?: unknown };
  return name === "AssertionError" || isAssertion(cause);
}
