import { fileURLToPath } from "node:url";
import { runToItsEnd, startExample, type RunningExample } from "@tenantry/example-kit/testing";

export { freePort, until } from "@tenantry/example-kit/testing";

const folder = fileURLToPath(new URL("../..", import.meta.url));

export type RunningDemo = RunningExample;

/** Starts the demo on free ports. `env` is all it gets of settings. Rejects with what it printed if it ends. */
export function startDemo(env: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  return startExample(folder, env);
}

/** Runs the demo until it ends by itself; gives what it printed and how it ended. */
export function runDemoToItsEnd(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly code: number | null }> {
  return runToItsEnd(folder, env);
}
