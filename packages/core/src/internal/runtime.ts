import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Clock } from "./clock.ts";

/** What core reaches for outside itself, passed in so that tests can decide it. */
export interface Runtime {
  readonly nowMs: Clock;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** Missing: nothing is measured. */
  readonly telemetry?: Telemetry;
}
