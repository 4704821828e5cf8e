import type { MembershipStore } from "../ports.ts";
import type { Membership } from "../records.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";

/** Memberships in the memory of one process. */
export function memoryMemberships(): MembershipStore {
  const byUser = new Map<string, Map<string, Membership>>();
  const byTenant = new Map<string, Map<string, Membership>>();

  return {
    async get(userId, tenantId) {
      return byUser.get(userId)?.get(tenantId) ?? null;
    },
    async apply(membership) {
      const { userId, tenantId } = membership;
      const held = byUser.get(userId)?.get(tenantId);
      if (held !== undefined && isNewer(held, membership)) return held;
      const stored = frozenCopy(membership);
      inner(byUser, userId).set(tenantId, stored);
      inner(byTenant, tenantId).set(userId, stored);
      return stored;
    },
    async listByUser(userId) {
      return [...(byUser.get(userId)?.values() ?? [])];
    },
    async listByTenant(tenantId, options) {
      const members = byTenant.get(tenantId)?.values() ?? [];
      return page(members, { position: (membership) => membership.userId }, options);
    },
  };
}

/** SECURITY: at equal versions the more restrictive state holds, in whichever order the two arrive. */
function isNewer(held: Membership, incoming: Membership): boolean {
  if (held.versionMs !== incoming.versionMs) return held.versionMs > incoming.versionMs;
  return restriction(held) > restriction(incoming);
}

function restriction({ status }: Membership): number {
  if (status === "removed") return 2;
  return status === "suspended" ? 1 : 0;
}

function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = outer.get(key) ?? new Map<string, V>();
  outer.set(key, found);
  return found;
}
