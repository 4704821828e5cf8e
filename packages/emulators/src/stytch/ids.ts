import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { World } from "../world/world.ts";

/** The last part of an id. */
export function newUuid(): string {
  return randomUUID();
}

/** An opaque secret of the vendor's form. */
export function newSecret(): string {
  return randomBytes(33).toString("base64url");
}

/** Who a member is. */
export interface Place {
  readonly userId: string;
  readonly tenantId: string;
}

/** Ids and times that the world has no word for. */
export interface Ids {
  /** Later at every call, so that no two changes have the same time. */
  tick(): number;
  /** The id of a person's record in one organization; another one after it was deleted. */
  memberId(place: Place): string;
  /** Also of a deleted member. */
  placeOf(memberId: string): Place | undefined;
  /** The member is deleted; returns the id that nobody has any more. */
  forget(place: Place): string | undefined;
  createdAt(id: string): string;
  updatedAt(id: string): string;
  touch(id: string): void;
}

/** Makes {@link Ids} for all that a world holds already. */
export function createIds(world: World): Ids {
  const created = new Map<string, number>();
  const updated = new Map<string, number>();
  const current = new Map<string, string>();
  const places = new Map<string, Place>();
  let last = 0;

  const key = ({ userId, tenantId }: Place) => JSON.stringify([userId, tenantId]);
  const tick = (): number => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
  const touch = (id: string): void => {
    const now = tick();
    if (!created.has(id)) created.set(id, now);
    updated.set(id, now);
  };
  const time = (times: ReadonlyMap<string, number>, id: string) =>
    new Date(times.get(id) ?? 0).toISOString();

  const ids: Ids = {
    tick,
    touch,
    memberId(place) {
      const known = current.get(key(place));
      if (known !== undefined) return known;
      const id = `member-test-${newUuid()}`;
      current.set(key(place), id);
      places.set(id, { userId: place.userId, tenantId: place.tenantId });
      touch(id);
      return id;
    },
    placeOf: (memberId) => places.get(memberId),
    forget(place) {
      const id = current.get(key(place));
      current.delete(key(place));
      if (id !== undefined) touch(id);
      return id;
    },
    createdAt: (id) => time(created, id),
    updatedAt: (id) => time(updated, id),
  };
  for (const { id } of world.tenants.list()) touch(id);
  for (const row of world.memberships.list()) ids.memberId(row);
  return ids;
}

/** The id of a machine client, from the world's. */
export function machineIdOf(clientId: string): string {
  return `m2m-client-test-${clientId}`;
}

/** The world's id of a machine client; null for an id of another form. */
export function clientOfMachine(machineId: string): string | null {
  const prefix = machineIdOf("");
  return machineId.startsWith(prefix) ? machineId.slice(prefix.length) : null;
}

/** The one SSO connection that every organization has here. */
export function connectionOf(tenantId: string): string {
  return `saml-connection-test-${createHash("sha256").update(tenantId).digest("hex").slice(0, 32)}`;
}
