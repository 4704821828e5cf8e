import { decodeBase64Url, encodeBase64Url } from "../../internal/encoding.ts";
import type { Rejection } from "../../internal/result.ts";
import type { DirectoryEntity } from "../../provider/directory.ts";
import type { ChangeSource } from "../change-source.ts";
import { ENTITIES, NO_DRIFT, packDrift, unpackDrift, type Drift } from "./drift.ts";

/**
 * Where a walk is. First the vendor's lists are read (`list`), each to its end; then what is here and
 * was on none of them is asked about (`check`).
 */
export interface Place {
  readonly step: "list" | "check";
  readonly entity: DirectoryEntity;
  /** The page of the vendor's list or of the own one; missing: the first. */
  readonly at?: string;
  /** Within a tenant: the page of its members. */
  readonly members?: string;
  readonly startedAtMs: number;
  readonly drift: Drift;
}

const STEPS = ["list", "check"] as const;

/** Where a walk begins. */
export function firstPlace(startedAtMs: number): Place {
  return { step: "list", entity: ENTITIES[0], startedAtMs, drift: NO_DRIFT };
}

/** What one page has led to. */
export type Step =
  /** The page is done. */
  | { readonly kind: "next"; readonly place: Place }
  /** So is the walk. */
  | { readonly kind: "end"; readonly drift: Drift }
  /** The page is not done; `place` is where to go on. */
  | {
      readonly kind: "stopped";
      readonly place: Place;
      readonly why: Rejection | "aborted" | "halted";
    };

/** On to the next page of the same list; without one, to the first page of the next list. */
export function goOn({ step, entity, startedAtMs, drift }: Place, at: string | undefined): Step {
  const walk = { startedAtMs, drift };
  if (at !== undefined) return { kind: "next", place: { ...walk, step, entity, at } };
  const following = ENTITIES[ENTITIES.indexOf(entity) + 1];
  if (following !== undefined) return { kind: "next", place: { ...walk, step, entity: following } };
  return step === "list"
    ? { kind: "next", place: { ...walk, step: "check", entity: ENTITIES[0] } }
    : { kind: "end", drift };
}

/** A place as a text that can be kept until the walk goes on. It holds ids and numbers, no secrets. */
export function writePlace(source: ChangeSource, place: Place): string {
  const { step, entity, at = null, members = null, startedAtMs, drift } = place;
  const { instance, issuer } = source;
  const list = [1, instance, issuer, step, entity, at, members, startedAtMs, packDrift(drift)];
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(list)));
}

/** The way back from {@link writePlace}. Null for anything else, and for the place of another provider. */
export function readPlace(source: ChangeSource, cursor: string): Place | null {
  const list = parse(cursor);
  if (!Array.isArray(list) || list.length !== 9) return null;
  const [version, instance, issuer, step, entity, at, members, startedAtMs, counts] =
    list as readonly unknown[];
  const drift = unpackDrift(counts);
  // SECURITY: a walk through one vendor's lists must not end in removals at another's.
  const isOurs = version === 1 && instance === source.instance && issuer === source.issuer;
  if (!isOurs || drift === null || !isTextOrNull(at) || !isTextOrNull(members)) return null;
  if (!isOneOf(STEPS, step) || !isOneOf(ENTITIES, entity)) return null;
  if (typeof startedAtMs !== "number" || !Number.isFinite(startedAtMs)) return null;
  return {
    step,
    entity,
    ...(at === null ? {} : { at }),
    ...(members === null ? {} : { members }),
    startedAtMs,
    drift,
  };
}

function parse(cursor: string): unknown {
  try {
    const bytes = decodeBase64Url(cursor);
    return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  } catch {
    return null;
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isOneOf<T extends string>(names: readonly T[], value: unknown): value is T {
  return names.some((name) => name === value);
}
