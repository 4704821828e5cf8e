import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./apply.ts";
import { MUTANT_VARIABLE } from "./plugin.ts";
import { REPORT_VARIABLE, type ReportedRun } from "./test-report.ts";

const VITEST = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));
const REPORTER = fileURLToPath(new URL("test-report.ts", import.meta.url));

/** Which tests to run, and with which defect. */
export interface TestRequest {
  /** The folder that holds `vitest.config.ts`. */
  readonly root: string;
  readonly project: string;
  /** Absolute path of the test file. */
  readonly file: string;
  /** Texts; a test runs if its full name contains one of them. */
  readonly names: readonly string[];
  readonly mutation?: Omit<Mutation, "markerPath">;
  readonly timeoutMs: number;
}

/** What came of it. */
export type TestOutcome =
  | { readonly ran: true; readonly run: ReportedRun; readonly mutationLoaded: boolean }
  | { readonly ran: false; readonly why: string };

/** Runs the tests in a process of their own, so that a defect cannot leak into the next run. */
export async function runTests(request: TestRequest): Promise<TestOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-mutant-"));
  try {
    const reportPath = join(folder, "report.json");
    const markerPath = join(folder, "mutated");
    const { root, project, file, names, mutation, timeoutMs } = request;
    const exit = await vitest({
      root,
      timeoutMs,
      args: ["--project", project, "--testNamePattern", names.map(escapeRegExp).join("|"), file],
      env: {
        [REPORT_VARIABLE]: reportPath,
        ...(mutation && { [MUTANT_VARIABLE]: JSON.stringify({ ...mutation, markerPath }) }),
      },
    });
    if (!existsSync(reportPath)) return { ran: false, why: exit };
    const run: ReportedRun = JSON.parse(readFileSync(reportPath, "utf8"));
    return { ran: true, run, mutationLoaded: existsSync(markerPath) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface VitestRun {
  readonly root: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Resolves to how vitest ended, with the end of its output; the report says what the tests did. */
function vitest({ root, args, env, timeoutMs }: VitestRun): Promise<string> {
  const child = spawn(
    process.execPath,
    [VITEST, "run", "--root", root, "--reporter", REPORTER, ...args],
    {
      cwd: root,
      // VITEST and friends would tell the child that it is a worker when a test starts the runner.
      env: { ...withoutVitest(process.env), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-2000);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const end = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      resolve(`vitest gave no report (${end}): ${output.trim()}`);
    });
  });
}

function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("VITEST")));
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
