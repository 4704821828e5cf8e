import { readFileSync } from "node:fs";

/** How many checks a step stands for, and how they went. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts the tests in a file of vitest's JSON reporter. A run that failed without a failed test (a
 * file that does not load, no file at all) counts as one failure, so that nothing gets lost.
 */
export function countTests(resultsPath: string, runSucceeded: boolean): Count {
  const { passed, failed } = readCount(resultsPath);
  const nothingSaid = failed === 0 && (!runSucceeded || passed === 0);
  return { passed, failed: nothingSaid ? 1 : failed };
}

/** The names of the tests that failed and of the files that did not load, to end a long log with. */
export function failedTests(resultsPath: string): readonly string[] {
  try {
    const { testResults = [] }: TestResults = JSON.parse(readFileSync(resultsPath, "utf8"));
    return testResults.flatMap(({ name, status, assertionResults = [] }) => {
      const failed = assertionResults.filter((one) => one.status === "failed");
      if (status === "failed" && failed.length === 0) return [name];
      return failed.map(({ fullName }) => `${name}: ${fullName}`);
    });
  } catch {
    return [];
  }
}

/** What is read here of vitest's JSON report. */
interface TestResults {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults?: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function readCount(path: string): Count {
  try {
    const results: { numPassedTests?: unknown; numFailedTests?: unknown } = JSON.parse(
      readFileSync(path, "utf8"),
    );
    const { numPassedTests: passed, numFailedTests: failed } = results;
    return typeof passed === "number" && typeof failed === "number"
      ? { passed, failed }
      : { passed: 0, failed: 0 };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
