import { endSessions } from "./end-sessions.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Membership, Tenant, User } from "./records.ts";
import { membershipKey, tenantKey, userKey } from "./revocation-keys.ts";

/** An administrator's decisions about people and tenants. Each one that takes away also revokes. */
export interface Administration {
  /** Ends a membership. The tombstone holds until the provider attests the membership anew. */
  removeMember(userId: string, tenantId: string): Promise<Membership>;
  /** As {@link Administration.removeMember}, for a membership that is meant to come back. */
  suspendMember(userId: string, tenantId: string): Promise<Membership>;
  /** Null if there is no such person. Holds whatever the provider says later. */
  setUserStatus(userId: string, status: User["status"]): Promise<User | null>;
  /** Null if there is no such tenant, or if the slug of a deleted one has been given away. */
  setTenantStatus(tenantId: string, status: Tenant["status"]): Promise<Tenant | null>;
}

/** Attestations that may arrive between reading and writing; a working store needs one or two. */
const MAX_ATTEMPTS = 10;

/** Makes the {@link Administration} of a directory. Its functions reject when a store cannot answer. */
export function createAdministration(directory: DirectoryOptions): Administration {
  const { stores, nowMs } = directory;

  async function endMembership(
    userId: string,
    tenantId: string,
    status: "removed" | "suspended",
  ): Promise<Membership> {
    let ended = await end(userId, tenantId, { status, versionMs: nowMs() });
    for (let attempt = 0; !isEnded(ended, status); attempt += 1) {
      if (attempt === MAX_ATTEMPTS) {
        throw new Error("The membership store keeps a membership open.");
      }
      // An attestation with a later time is stored: a decision taken now is newer than that too.
      ended = await end(userId, tenantId, { status, versionMs: ended.versionMs });
    }
    await endSessions(directory, userId, (session) => session.tenantId === tenantId);
    // Also when nothing changed: a first attempt may have stopped half-way.
    await stores.revocations.raise([membershipKey(userId, tenantId)], nowMs());
    return ended;
  }

  function end(
    userId: string,
    tenantId: string,
    state: Pick<Membership, "status" | "versionMs">,
  ): Promise<Membership> {
    return stores.memberships.apply({ userId, tenantId, roles: [], ...state });
  }

  return {
    removeMember(userId, tenantId) {
      return endMembership(userId, tenantId, "removed");
    },
    suspendMember(userId, tenantId) {
      return endMembership(userId, tenantId, "suspended");
    },
    async setUserStatus(userId, status) {
      const user = await stores.users.update(userId, { status });
      if (user !== null && status !== "active") {
        await endSessions(directory, userId, () => true);
        await stores.revocations.raise([userKey(userId)], nowMs());
      }
      return user;
    },
    async setTenantStatus(tenantId, status) {
      const tenant = await stores.tenants.update(tenantId, { status });
      if (tenant !== null && status !== "active") {
        await stores.revocations.raise([tenantKey(tenantId)], nowMs());
      }
      return tenant;
    },
  };
}

/** A removal is at least as much as a suspension. */
function isEnded(membership: Membership, wanted: Membership["status"]): boolean {
  return membership.status === wanted || membership.status === "removed";
}
