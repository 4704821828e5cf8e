import { isUnavailable, reject } from "../../internal/result.ts";
import { checkStep, type CheckLimits } from "./check-step.ts";
import { NO_DRIFT, sum, type Drift } from "./drift.ts";
import { listStep } from "./list-step.ts";
import { firstPlace, readPlace, writePlace, type Place, type Step } from "./place.ts";
import type { Walker } from "./walker.ts";

/** How far one call goes. */
export interface ReconcileRequest {
  /** The provider instance whose lists are walked. Default: the default provider. */
  readonly instance?: string;
  /** Where an earlier call stopped. Default: a new walk. */
  readonly cursor?: string;
  /** Pages of the vendor's lists, and of what is here, in this call. Default: to the end. */
  readonly maxPages?: number;
  /**
   * How many things the walk may take away before it stops and asks (`halted`). Default 100. A vendor
   * key of another environment knows nobody at all: then everybody would be gone.
   */
  readonly maxRemovals?: number;
  /** Stops before the next question to the vendor: `AbortSignal.timeout(30_000)` bounds the time. */
  readonly signal?: AbortSignal;
}

/** How a call ended. `drift` counts from the beginning of the walk. */
export type Reconciliation =
  /** The whole directory was walked: what is here is what the vendor has. */
  | { readonly kind: "done"; readonly drift: Drift }
  /** `maxPages` or `signal`: go on with `cursor`. */
  | { readonly kind: "paused"; readonly cursor: string; readonly drift: Drift }
  /** More is gone than `maxRemovals`. Look, then go on with `cursor` and a higher number. */
  | { readonly kind: "halted"; readonly cursor: string; readonly drift: Drift }
  /** The vendor or a store did not answer. Nothing is lost: go on with `cursor` later. */
  | {
      readonly kind: "unavailable";
      readonly cursor: string;
      readonly drift: Drift;
      readonly reason: string;
      readonly retryAfterSeconds?: number;
    }
  /** The cursor is none of this provider's, or the vendor takes it no more: begin a new walk. */
  | { readonly kind: "refused"; readonly reason: string; readonly drift: Drift };

const DEFAULT_MAX_REMOVALS = 100;

/**
 * Walks the vendor's lists of tenants, people and memberships and brings the directory to that state,
 * by the rules of webhooks: newer wins, tombstones hold. Then it asks about whatever is linked to
 * this vendor here and was on no list; what the vendor says is gone goes here too.
 */
export async function reconcile(
  walker: Walker,
  request: Omit<ReconcileRequest, "instance">,
): Promise<Reconciliation> {
  const { source, runtime } = walker;
  const { cursor, maxPages = Number.POSITIVE_INFINITY, signal } = request;
  const { maxRemovals = DEFAULT_MAX_REMOVALS } = request;
  const begin = cursor === undefined ? firstPlace(runtime.nowMs()) : readPlace(source, cursor);
  if (begin === null) return { kind: "refused", reason: "cursor_invalid", drift: NO_DRIFT };
  let place: Place = begin;
  for (let pages = 0; pages < maxPages; pages += 1) {
    if (signal?.aborted === true) break;
    const step = await takeStep(walker, place, { maxRemovals, signal });
    if (step.kind === "end") return finish(walker, step.drift);
    ({ place } = step);
    if (step.kind === "stopped") return stop(walker, step);
  }
  return { kind: "paused", ...left(source, place) };
}

/** One page. A store that cannot answer leaves the place where it was. */
async function takeStep(walker: Walker, place: Place, limits: CheckLimits): Promise<Step> {
  try {
    return await (place.step === "list"
      ? listStep(walker, place)
      : checkStep(walker, place, limits));
  } catch (error) {
    // Only the name: a driver's message can hold the values it was given.
    const name = error instanceof Error ? error.name : "unknown";
    walker.runtime.log({ level: "error", event: "directory.store_failed", reason: name });
    return { kind: "stopped", place, why: reject("store_unavailable") };
  }
}

function stop(
  { source, runtime }: Walker,
  { place, why }: Extract<Step, { kind: "stopped" }>,
): Reconciliation {
  const here = left(source, place);
  if (why === "aborted") return { kind: "paused", ...here };
  const reason = why === "halted" ? "too_many_removals" : why.reason;
  runtime.log({
    level: "error",
    event: "directory.reconcile_stopped",
    reason,
    provider: source.instance,
    fields: { step: place.step, entity: place.entity },
  });
  if (why === "halted") return { kind: "halted", ...here };
  if (!isUnavailable(reason)) return { kind: "refused", reason, drift: place.drift };
  const { retryAfterSeconds } = why;
  return {
    kind: "unavailable",
    ...here,
    reason,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

async function finish({ source, audit, runtime }: Walker, drift: Drift): Promise<Reconciliation> {
  const { instance } = source;
  const fields = {
    created: sum(drift, "created"),
    updated: sum(drift, "updated"),
    removed: sum(drift, "removed"),
  };
  runtime.log({ level: "info", event: "directory.reconciled", provider: instance, fields });
  await audit.record({
    type: "directory.reconciled",
    outcome: "ok",
    tenantId: null,
    principal: { kind: "system", id: `reconcile:${instance}` },
    details: { instance, ...fields },
  });
  return { kind: "done", drift };
}

function left(source: Walker["source"], place: Place) {
  return { cursor: writePlace(source, place), drift: place.drift };
}
