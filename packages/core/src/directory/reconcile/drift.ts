import type { DirectoryEntity } from "../../provider/directory.ts";

/** How far the mirror was from the vendor, for one kind of thing. */
export interface EntityDrift {
  /** On the vendor's lists. */
  readonly seen: number;
  /** Was not here. */
  readonly created: number;
  /** Was here, and otherwise. */
  readonly updated: number;
  /** Was here, and the vendor says that it is gone. */
  readonly removed: number;
  readonly unchanged: number;
  /** Left as it is: something newer is known, such as a later sign-in or an administrator's decision. */
  readonly newer: number;
  /** Left alone: unknown here and not to be made (`onUnknown.directory`), or not understood. */
  readonly ignored: number;
}

/** {@link EntityDrift} of everything that a directory holds. */
export type Drift = { readonly [E in DirectoryEntity]: EntityDrift };

/** What became of one thing. */
export type Effect = Exclude<keyof EntityDrift, "seen">;

const COUNTS = [
  "seen",
  "created",
  "updated",
  "removed",
  "unchanged",
  "newer",
  "ignored",
] as const satisfies readonly (keyof EntityDrift)[];

/** The things a directory holds, in the order in which one needs the other. */
export const ENTITIES = [
  "tenant",
  "user",
  "membership",
] as const satisfies readonly DirectoryEntity[];

const NOTHING: EntityDrift = {
  seen: 0,
  created: 0,
  updated: 0,
  removed: 0,
  unchanged: 0,
  newer: 0,
  ignored: 0,
};

/** Nothing counted yet. */
export const NO_DRIFT: Drift = { tenant: NOTHING, user: NOTHING, membership: NOTHING };

/** One more of something. */
export function count(drift: Drift, entity: DirectoryEntity, what: keyof EntityDrift): Drift {
  return { ...drift, [entity]: { ...drift[entity], [what]: drift[entity][what] + 1 } };
}

/** One count over all kinds of things. */
export function sum(drift: Drift, what: keyof EntityDrift): number {
  return ENTITIES.reduce((total, entity) => total + drift[entity][what], 0);
}

/** Counts as a flat list of numbers, for a cursor. */
export function packDrift(drift: Drift): readonly number[] {
  return ENTITIES.flatMap((entity) => COUNTS.map((what) => drift[entity][what]));
}

/** The way back from {@link packDrift}; null for anything else. */
export function unpackDrift(value: unknown): Drift | null {
  if (!Array.isArray(value) || value.length !== ENTITIES.length * COUNTS.length) return null;
  const numbers = value.filter((one): one is number => Number.isSafeInteger(one));
  if (numbers.length !== value.length) return null;
  const of = (entity: number): EntityDrift => {
    let counts = NOTHING;
    for (const [index, what] of COUNTS.entries()) {
      counts = { ...counts, [what]: numbers[entity * COUNTS.length + index] ?? 0 };
    }
    return counts;
  };
  return { tenant: of(0), user: of(1), membership: of(2) };
}
