import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { MARK } from "./bundle.ts";
import type { Runtime } from "./runtimes.ts";
import type { Report } from "./smoke/report.ts";

const TIMEOUT_MS = 120_000;

/** Starts the suite on one runtime and reads its report; a runtime without one has failed. */
export async function runSuite(binary: string, runtime: Runtime, folder: string): Promise<Report> {
  const child = spawn(binary, runtime.args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    // Nothing of ours: what the suite needs is in its folder.
    env: { HOME: folder, PATH: "", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const line = `${output}\n${errors}`.split("\n").find((one) => one.includes(MARK));
  if (line === undefined) {
    return failure(`${errors}\n${output}`.trim().slice(0, 2000) || `ended with ${child.exitCode}`);
  }
  const report: Report = JSON.parse(line.slice(line.indexOf(MARK) + MARK.length));
  return report.userAgent.startsWith(runtime.userAgent)
    ? report
    : failure(`${report.userAgent} answered`);
}

function failure(why: string): Report {
  return { userAgent: "", passed: [], failed: [{ name: "the suite runs", why }] };
}
