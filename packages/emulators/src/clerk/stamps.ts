import { randomBytes } from "node:crypto";
import type { World } from "../world/world.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A new id of the vendor's form: a prefix and 27 letters and digits. */
export function newId(prefix: string): string {
  const letters = [...randomBytes(27)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return `${prefix}_${letters.join("")}`;
}

/** When things came to be and last changed, in milliseconds, and the vendor's ids of memberships. */
export interface Stamps {
  /** Later at every call, so that two changes never have the same time. */
  tick(): number;
  createdAt(key: string): number;
  updatedAt(key: string): number;
  /** Notes that a thing is there, or has changed. */
  touch(key: string): void;
  /** Another one after the membership was removed and added again. */
  membershipId(userId: string, tenantId: string): string;
  forgetMembership(userId: string, tenantId: string): void;
}

/** Makes {@link Stamps} for all that a world holds already. */
export function createStamps(world: World): Stamps {
  const created = new Map<string, number>();
  const updated = new Map<string, number>();
  const ids = new Map<string, string>();
  let last = 0;

  const tick = (): number => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
  const touch = (key: string): void => {
    const now = tick();
    if (!created.has(key)) created.set(key, now);
    updated.set(key, now);
  };
  const keyOf = (userId: string, tenantId: string) => JSON.stringify([userId, tenantId]);
  const stamps: Stamps = {
    tick,
    createdAt: (key) => created.get(key) ?? 0,
    updatedAt: (key) => updated.get(key) ?? 0,
    touch,
    membershipId(userId, tenantId) {
      const key = keyOf(userId, tenantId);
      const id = ids.get(key) ?? newId("orgmem");
      if (!ids.has(key)) {
        ids.set(key, id);
        touch(id);
      }
      return id;
    },
    forgetMembership: (userId, tenantId) => ids.delete(keyOf(userId, tenantId)),
  };
  for (const { id } of [...world.users.list(), ...world.tenants.list()]) touch(id);
  for (const { slug } of world.roles.list()) touch(`role:${slug}`);
  for (const { clientId } of world.services.list()) touch(machineId(clientId));
  for (const row of world.memberships.list()) stamps.membershipId(row.userId, row.tenantId);
  return stamps;
}

/** The vendor's id of a machine of the world. */
export function machineId(clientId: string): string {
  return clientId.startsWith("mch_") ? clientId : `mch_${clientId}`;
}
