import { algorithmChecks } from "./algorithms.ts";
import { honoChecks } from "./hono.ts";
import { mcpChecks } from "./mcp.ts";
import type { Plan } from "./plan.ts";
import { runChecks, type Report } from "./report.ts";
import { signInChecks } from "./sign-in.ts";
import { tokenChecks } from "./tokens.ts";

/**
 * The suite: bundled once, the same file runs everywhere. Made while the module loads, as an app
 * makes its auth instance, and run later: workerd allows neither I/O nor randomness before that.
 */
export function createSuite(plan: Plan): { run(): Promise<Report> } {
  const checks = [
    ...algorithmChecks(plan),
    ...tokenChecks(plan),
    ...signInChecks(plan),
    ...honoChecks(plan),
    ...mcpChecks(plan),
  ];
  return {
    async run() {
      return { userAgent: navigator.userAgent, ...(await runChecks(checks)) };
    },
  };
}
