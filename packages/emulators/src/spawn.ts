import type { ChildProcess } from "node:child_process";
import { READY_TIMEOUT_MS, startProgram } from "./child-program.ts";
import { refuseProduction } from "./refuse-production.ts";
import type { ServerSettings } from "./server-options.ts";

/** What `spawnOidcEmulator` takes: plain data, because it crosses a process boundary. */
export interface SpawnOidcEmulatorOptions extends ServerSettings {
  /** How long to wait for the process to be ready. Default: 20 000. */
  readonly readyTimeoutMs?: number;
}

/** An emulator in a process of its own, so that it can be killed like a real provider dies. */
export interface SpawnedEmulator {
  readonly issuer: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

/**
 * Starts the OIDC emulator in a child process, which ends with this one. Throws under
 * `NODE_ENV=production`; rejects when the process ends or stays silent before it is ready.
 */
export async function spawnOidcEmulator(
  options: SpawnOidcEmulatorOptions,
): Promise<SpawnedEmulator> {
  refuseProduction("OIDC");
  const { readyTimeoutMs = READY_TIMEOUT_MS, ...settings } = options;
  const variables = { EMULATOR: "", EMULATOR_OIDC: JSON.stringify(settings) };
  const program = await startProgram(variables, readyTimeoutMs);
  const { ready, pid, process } = program;
  return { issuer: String(ready["issuer"]), pid, process, close: () => program.close() };
}
