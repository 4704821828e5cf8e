import { sha256 } from "../../internal/encoding.ts";
import type { DirectoryChange } from "../../provider/directory.ts";
import type { ChangeSource } from "../change-source.ts";
import type { RevocationStore } from "../ports.ts";

/** A thing in the vendor's words. A membership goes by person and tenant. */
export type Named =
  | { readonly entity: "tenant" | "user"; readonly external: string }
  | { readonly entity: "membership"; readonly user: string; readonly tenant: string };

/** What the vendor's lists have shown and when. Kept in a store: a walk may go on in another process. */
export interface Sightings {
  note(things: readonly Named[], atMs: number): Promise<void>;
  /** When each was seen last, in the order asked; 0 for never. */
  lastSeen(things: readonly Named[]): Promise<readonly number[]>;
}

/** Makes {@link Sightings} of one vendor's lists. */
export function createSightings(store: RevocationStore, source: ChangeSource): Sightings {
  async function keyOf(thing: Named): Promise<string> {
    const names = thing.entity === "membership" ? [thing.user, thing.tenant] : [thing.external];
    const hash = await sha256(JSON.stringify([source.issuer, thing.entity, ...names]));
    return `listed:${source.instance}:${hash}`;
  }
  return {
    async note(things, atMs) {
      if (things.length > 0) await store.raise(await Promise.all(things.map(keyOf)), atMs);
    },
    async lastSeen(things) {
      return things.length === 0 ? [] : store.read(await Promise.all(things.map(keyOf)));
    },
  };
}

/** What a change is about. */
export function namedBy(change: Exclude<DirectoryChange, { kind: "refetch" }>): Named {
  if (change.entity !== "membership") return { entity: change.entity, external: change.external };
  const { user, tenant } = change.data;
  return { entity: "membership", user, tenant };
}
