import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../scripts/ci/chromium.ts";
import { STEPS } from "../scripts/ci/steps.ts";
import { countTests, failedTests } from "../scripts/ci/test-count.ts";
import { root } from "./sources/repository-files.ts";

describe("CI", () => {
  test("starts with the README's test command", () => {
    expect(STEPS[0]?.pnpm).toEqual(["test"]);
    expect(readFileSync(join(root, "README.md"), "utf8")).toMatch(/npx -y pnpm@\S+ test$/m);
  });

  test("runs only scripts that are there", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    );
    expect(STEPS.filter((step) => !((step.pnpm[0] ?? "") in scripts))).toEqual([]);
  });

  test("on GitHub is the same script", () => {
    expect(readFileSync(join(root, ".github/workflows/ci.yml"), "utf8")).toContain("bash .ci/run");
  });

  test("refuses a CHROMIUM_PATH that leads nowhere, rather than to look elsewhere", () => {
    expect(findChromium({ CHROMIUM_PATH: join(root, "no-browser") })).toMatchObject({
      found: false,
      why: expect.stringContaining("no-browser"),
    });
  });
});

describe("counting tests", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantry-count-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const results = (content: string) => {
    const path = join(folder, "results.json");
    writeFileSync(path, content);
    return path;
  };

  test.each([
    ["all passed", '{"numPassedTests":3,"numFailedTests":0}', true, { passed: 3, failed: 0 }],
    ["some failed", '{"numPassedTests":3,"numFailedTests":2}', false, { passed: 3, failed: 2 }],
    [
      "a file did not load",
      '{"numPassedTests":3,"numFailedTests":0}',
      false,
      { passed: 3, failed: 1 },
    ],
    ["nothing ran", '{"numPassedTests":0,"numFailedTests":0}', true, { passed: 0, failed: 1 }],
    ["the file is cut off", '{"numPassedTests":', true, { passed: 0, failed: 1 }],
  ])("when %s", (_, content, succeeded, count) => {
    expect(countTests(results(content), succeeded)).toEqual(count);
  });

  test("names what failed, a file that did not load among it", () => {
    const path = results(
      JSON.stringify({
        testResults: [
          { name: "a.test.ts", status: "failed", assertionResults: [] },
          {
            name: "b.test.ts",
            status: "failed",
            assertionResults: [
              { fullName: "group one", status: "failed" },
              { fullName: "group two", status: "passed" },
            ],
          },
          { name: "c.test.ts", status: "passed", assertionResults: [] },
        ],
      }),
    );
    expect(failedTests(path)).toEqual(["a.test.ts", "b.test.ts: group one"]);
    expect(failedTests(results("{"))).toEqual([]);
  });

  test("when vitest wrote nothing", () => {
    expect(countTests(join(folder, "missing.json"), true)).toEqual({ passed: 0, failed: 1 });
  });
});
