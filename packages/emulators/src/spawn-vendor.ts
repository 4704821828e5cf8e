import type { ChildProcess } from "node:child_process";
import { READY_TIMEOUT_MS, startProgram } from "./child-program.ts";
import { refuseProduction } from "./refuse-production.ts";
import type { VendorProcess } from "./vendors.ts";

/** A vendor's emulator in a process of its own, so that it can be killed like a real one dies. */
export interface SpawnedVendor {
  /** Where it is, by name; `address` is the vendor's API. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

/**
 * Starts a vendor's emulator in a child process, which ends with this one. Throws under
 * `NODE_ENV=production`; rejects when the process ends or stays silent before it is ready.
 */
export async function spawnEmulator(
  settings: VendorProcess,
  options: { readonly readyTimeoutMs?: number } = {},
): Promise<SpawnedVendor> {
  refuseProduction(settings.vendor);
  const variables = { EMULATOR: JSON.stringify(settings) };
  const program = await startProgram(variables, options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  const { ready, pid, process } = program;
  return { addresses: textsOf(ready["addresses"]), pid, process, close: () => program.close() };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
