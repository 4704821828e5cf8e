import { describe, expect, test } from "vitest";
import { conformance, REQUIREMENTS, type TestContext } from "../src/index.ts";
import { expecting, fakeTarget } from "./fake-target.ts";

/** A runner that remembers what was declared, and runs it when it is told to. */
function recordingRunner() {
  const tests: { readonly name: string; readonly run: (context: TestContext) => Promise<void> }[] =
    [];
  return {
    tests,
    runner: {
      describe: (_name: string, body: () => void) => body(),
      test(name: string, run: (context: TestContext) => Promise<void>) {
        tests.push({ name, run });
      },
    },
  };
}

describe("a test runner", () => {
  test("gets one test for each requirement, and one that stops the vendor", () => {
    const { tests, runner } = recordingRunner();
    const { target, counts } = fakeTarget();
    conformance(runner, target, { expected: expecting() });
    expect(tests).toHaveLength(REQUIREMENTS.length + 1);
    expect(counts.started).toBe(0);
  });

  test("sees skips with their reason, failures as errors, and then the report", async () => {
    const { tests, runner } = recordingRunner();
    const { target, counts } = fakeTarget({ vendor: "other" });
    const suite = conformance(runner, target, { expected: expecting() });
    const skipped: (string | undefined)[] = [];
    const failed: string[] = [];
    for (const { name, run } of tests) {
      try {
        await run({ skip: (reason) => skipped.push(reason) });
      } catch {
        failed.push(name);
      }
    }
    expect(failed.some((name) => name.startsWith("manifest.parts: "))).toBe(true);
    expect(skipped).toContain("skip: capability login is no: https://vendor.example/docs");
    const { counts: verdicts } = suite.report();
    expect(verdicts.fail).toBe(failed.length);
    expect(verdicts.skip).toBe(skipped.length);
    expect(counts.closed).toBe(counts.started);
  });
});
