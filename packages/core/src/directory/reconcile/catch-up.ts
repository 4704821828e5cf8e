import { isUnavailable, ok, reject, type Result } from "../../internal/result.ts";
import type { DirectoryChange, DirectorySource } from "../../provider/directory.ts";
import { count, NO_DRIFT, type Drift } from "./drift.ts";
import { takeOver } from "./take-over.ts";
import { ask, type Walker } from "./walker.ts";

/** How far one call goes. */
export interface CatchUpRequest {
  /** The provider instance whose events are read. Default: the default provider. */
  readonly instance?: string;
  /** Where an earlier call stopped. Default: the oldest event that the vendor still has. */
  readonly cursor?: string;
  /** Pages of events in this call. Default: to the newest event. */
  readonly maxPages?: number;
  /** Stops before the next question to the vendor. */
  readonly signal?: AbortSignal;
}

/**
 * How a call ended. `cursor` is where the next call goes on, missing if there never was an event;
 * `drift` counts from the beginning of this call.
 */
export type CaughtUp = { readonly cursor?: string; readonly drift: Drift } & (
  | { readonly kind: "done" | "paused" }
  | {
      readonly kind: "unavailable";
      readonly reason: string;
      readonly retryAfterSeconds?: number;
    }
  /** The vendor does not take the cursor: reconcile, then begin without one. */
  | { readonly kind: "refused"; readonly reason: string }
);

/** Reads the vendor's log of events since a cursor and takes them over, by the rules of webhooks. */
export async function catchUp(
  walker: Walker,
  request: Omit<CatchUpRequest, "instance"> & {
    readonly events: NonNullable<DirectorySource["events"]>;
  },
): Promise<CaughtUp> {
  const { tools, runtime, source } = walker;
  const { events, maxPages = Number.POSITIVE_INFINITY, signal } = request;
  let { cursor } = request;
  let drift = NO_DRIFT;
  const here = () => ({ drift, ...(cursor === undefined ? {} : { cursor }) });
  for (let pages = 0; pages < maxPages; pages += 1) {
    if (signal?.aborted === true) break;
    const read = await ask(() => events(cursor, tools));
    const taken = read.ok ? await takeAll(walker, read.value.items, drift) : read;
    if (!taken.ok) {
      const { reason, retryAfterSeconds } = taken;
      const event = "directory.catch_up_stopped";
      runtime.log({ level: "error", event, reason, provider: source.instance });
      if (!isUnavailable(reason)) return { kind: "refused", reason, ...here() };
      return {
        kind: "unavailable",
        reason,
        ...here(),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    }
    drift = taken.value;
    const next = read.ok ? read.value.next : undefined;
    if (next === undefined || next === cursor) return { kind: "done", ...here() };
    cursor = next;
  }
  return { kind: "paused", ...here() };
}

/** One page, as a whole or not at all. */
async function takeAll(
  walker: Walker,
  changes: readonly DirectoryChange[],
  before: Drift,
): Promise<Result<Drift>> {
  let drift = before;
  try {
    for (const change of changes) {
      const effect = await takeOver(walker, change);
      if (!effect.ok) return effect;
      drift = count(count(drift, change.entity, "seen"), change.entity, effect.value);
    }
  } catch {
    return reject("store_unavailable");
  }
  return ok(drift);
}
