/**
 * An OIDC emulator as a process of its own. Prints one line of JSON when it is ready, and exits when
 * it is told to (SIGTERM, SIGINT) or when whoever started it is gone.
 */
import { fstatSync } from "node:fs";
import { startOidcEmulator } from "./oidc/start.ts";
import { readServerOptions } from "./server-options.ts";

async function main(): Promise<void> {
  const options = readServerOptions(process.argv.slice(2), process.env["EMULATOR_OIDC"]);
  const emulator = await startOidcEmulator(options);

  let leaving = false;
  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    void emulator.close().finally(() => process.exit(0));
  };
  process.once("SIGTERM", leave);
  process.once("SIGINT", leave);
  process.once("disconnect", leave);
  if (hasParentOnStdin()) {
    process.stdin.once("end", leave);
    process.stdin.once("error", leave);
    process.stdin.resume();
  }

  const { issuer } = emulator;
  process.stdout.write(`${JSON.stringify({ ready: true, issuer, pid: process.pid })}\n`);
}

/** A pipe ends with the process that holds it. A terminal or `/dev/null` says nothing of the kind. */
function hasParentOnStdin(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : "the emulator failed"}\n`);
  process.exit(1);
});
