/**
 * An emulator as a process of its own. Prints one line of JSON when it is ready, and exits when
 * it is told to (SIGTERM, SIGINT) or when whoever started it is gone.
 */
import { fstatSync } from "node:fs";
import { startOidcEmulator } from "./oidc/start.ts";
import { readServerOptions } from "./server-options.ts";
import { startVendor } from "./vendors.ts";

async function main(): Promise<void> {
  const emulator = await start();

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

  const { about } = emulator;
  process.stdout.write(`${JSON.stringify({ ready: true, ...about, pid: process.pid })}\n`);
}

/** The vendor that `EMULATOR` names, or OpenID Connect. */
async function start(): Promise<{ readonly about: object; close(): Promise<void> }> {
  const { EMULATOR: vendor = "", EMULATOR_OIDC: oidc } = process.env;
  if (vendor !== "") {
    const emulator = await startVendor(vendor);
    return { about: { addresses: emulator.addresses }, close: () => emulator.close() };
  }
  const emulator = await startOidcEmulator(readServerOptions(process.argv.slice(2), oidc));
  return { about: { issuer: emulator.issuer }, close: () => emulator.close() };
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
