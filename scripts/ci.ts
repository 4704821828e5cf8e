/**
 * Runs every check and ends with the line `N passed, N failed`: each test counts as one, each other
 * check too. Started by `.ci/run`, which installs first.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "./ci/chromium.ts";
import { STEPS, type Step } from "./ci/steps.ts";
import { type Count, countTests, failedTests } from "./ci/test-count.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tenantry-ci-"));
const resultsPath = join(folder, "results.json");
const { packageManager: pnpm }: { packageManager: string } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

const summary: string[] = [];
let total: Count = { passed: 0, failed: 0 };
function record(name: string, count: Count, failures: readonly string[] = []): void {
  total = { passed: total.passed + count.passed, failed: total.failed + count.failed };
  summary.push(`${count.failed === 0 ? "ok    " : "FAILED"} ${name}`);
  summary.push(...failures.map((failure) => `       ${failure}`));
}

function run(step: Step, env: NodeJS.ProcessEnv): Count {
  console.log(`\n--- ${step.name}: pnpm ${step.pnpm.join(" ")}`);
  const { status } = spawnSync("npx", ["-y", pnpm, ...step.pnpm], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env,
  });
  if (step.countsTests) return countTests(resultsPath, status === 0);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

try {
  const chromium = findChromium(process.env);
  record(
    chromium.found ? `browser: ${chromium.path}` : `browser: ${chromium.why}`,
    chromium.found ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
  );
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    CI: "true",
    DO_NOT_TRACK: "1",
    TENANTRY_REQUIRE_BROWSER: "1", // the browser tests fail without a browser instead of skipping
    ...(chromium.found && { CHROMIUM_PATH: chromium.path }),
  };
  for (const step of STEPS) {
    const stepEnv = step.countsTests ? { ...env, TENANTRY_TEST_RESULTS: resultsPath } : env;
    const count = run(step, stepEnv);
    record(step.name, count, step.countsTests ? failedTests(resultsPath) : []);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${summary.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
