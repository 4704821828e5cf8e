import { randomBytes } from "node:crypto";
import type { World } from "../world/world.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new id of the vendor's form: a prefix and 26 characters. */
export function newId(prefix: string): string {
  const letters = [...randomBytes(26)].map((byte) => ALPHABET.charAt(byte & 31)).join("");
  return `${prefix}_${letters}`;
}

/** When things came to be and last changed, and what the world has no word for. */
export interface Stamps {
  /** Later at every call, so that two changes never have the same time. */
  tick(): number;
  createdAt(id: string): string;
  updatedAt(id: string): string;
  /** Position in lists: the order of creation. Known of deleted things too. */
  position(id: string): number;
  /** Notes that a thing is there, or has changed. */
  touch(id: string): void;
  /** The vendor's id of a membership; another one after it was removed and added again. */
  membershipId(userId: string, tenantId: string): string;
  /** The id of a domain of an organization. */
  domainId(tenantId: string, domain: string): string;
  forgetMembership(userId: string, tenantId: string): void;
}

/** Makes {@link Stamps} for all that a world holds already. */
export function createStamps(world: World): Stamps {
  const created = new Map<string, number>();
  const updated = new Map<string, number>();
  const positions = new Map<string, number>();
  const ids = new Map<string, string>();
  let last = 0;

  const tick = (): number => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
  const touch = (id: string): void => {
    const now = tick();
    if (!positions.has(id)) positions.set(id, positions.size);
    if (!created.has(id)) created.set(id, now);
    updated.set(id, now);
  };
  const named = (key: string, prefix: string): string => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = newId(prefix);
    ids.set(key, id);
    touch(id);
    return id;
  };
  const iso = (times: ReadonlyMap<string, number>, id: string): string =>
    new Date(times.get(id) ?? 0).toISOString();
  const membershipKey = (userId: string, tenantId: string) =>
    JSON.stringify(["membership", userId, tenantId]);

  const stamps: Stamps = {
    tick,
    createdAt: (id) => iso(created, id),
    updatedAt: (id) => iso(updated, id),
    position: (id) => positions.get(id) ?? -1,
    touch,
    membershipId: (userId, tenantId) => named(membershipKey(userId, tenantId), "om"),
    domainId: (tenantId, domain) =>
      named(JSON.stringify(["domain", tenantId, domain]), "org_domain"),
    forgetMembership: (userId, tenantId) => ids.delete(membershipKey(userId, tenantId)),
  };
  for (const { id } of world.users.list()) touch(id);
  for (const { id, domains } of world.tenants.list()) {
    touch(id);
    for (const { domain } of domains) stamps.domainId(id, domain);
  }
  for (const { slug } of world.roles.list()) touch(`role_${slug}`);
  for (const row of world.memberships.list()) stamps.membershipId(row.userId, row.tenantId);
  return stamps;
}
