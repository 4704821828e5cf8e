import type { DirectoryChange, MembershipData } from "../provider/directory.ts";
import { tenantOf } from "./apply-tenant.ts";
import { userOf } from "./apply-user.ts";
import { idFor, versionOf, type Applied, type ChangeSource } from "./change-source.ts";
import { endSessions } from "./end-sessions.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Membership } from "./records.ts";
import { membershipKey } from "./revocation-keys.ts";

type MembershipChange<K extends DirectoryChange["kind"]> = Extract<
  DirectoryChange,
  { kind: K; entity: "membership" }
>;

const STATUS = {
  active: "active",
  pending: "invited",
  inactive: "suspended",
} as const satisfies Record<MembershipData["status"], Membership["status"]>;

/** Makes or changes a membership, with the person and the tenant it needs. */
export async function applyMembership(
  directory: DirectoryOptions,
  source: ChangeSource,
  { version, data }: MembershipChange<"upsert">,
): Promise<Applied> {
  const place = await placeOf(directory, source, data);
  if (place === null) return "ignored";
  const { memberships } = directory.stores;
  const stored = await memberships.get(place.userId, place.tenantId);
  const versionMs = versionOf(directory, version);
  const status = STATUS[data.status];
  // Silence about roles must not make old roles look newly attested.
  if (data.roles === undefined && stored?.status === "active" && status === "active") {
    return stored.versionMs > versionMs ? "outdated" : "applied";
  }
  const roles =
    status === "active" ? directory.catalogue.rolesOf(data.roles ?? []).roles : ([] as const);
  return write(directory, { ...place, roles, status, versionMs });
}

/** Ends a membership. The tombstone holds until the vendor attests it anew. */
export async function endMembership(
  directory: DirectoryOptions,
  source: ChangeSource,
  { version, data }: MembershipChange<"delete">,
): Promise<Applied> {
  const place = await placeOf(directory, source, data);
  if (place === null) return "ignored";
  const versionMs = versionOf(directory, version);
  return write(directory, { ...place, roles: [], status: "removed", versionMs });
}

async function write(directory: DirectoryOptions, membership: Membership): Promise<Applied> {
  const { stores, nowMs } = directory;
  const { userId, tenantId, versionMs } = membership;
  const held = await stores.memberships.apply(membership);
  if (held.status !== "active") {
    // Also when nothing changed: a first attempt may have stopped half-way.
    await endSessions(directory, userId, (session) => session.tenantId === tenantId);
    await stores.revocations.raise([membershipKey(userId, tenantId)], nowMs());
  }
  return held.versionMs === versionMs && held.status === membership.status ? "applied" : "outdated";
}

/** Person and tenant in local words; null if one of them is unknown and is not to be made. */
async function placeOf(
  directory: DirectoryOptions,
  source: ChangeSource,
  data: Pick<MembershipData, "user" | "tenant">,
): Promise<Pick<Membership, "userId" | "tenantId"> | null> {
  const userId = await idFor(directory, "user", { source, external: data.user });
  const tenantId = await idFor(directory, "tenant", { source, external: data.tenant });
  if (userId === null || tenantId === null) return null;
  await userOf(directory, userId);
  const tenant = await tenantOf(directory, tenantId, {});
  return tenant === null ? null : { userId, tenantId };
}
