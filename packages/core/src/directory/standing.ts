import { ok, reject, type Result } from "../internal/result.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Membership, Tenant, User } from "./records.ts";

/** A person who belongs to a tenant now. */
export interface CurrentMember {
  readonly user: User;
  readonly tenant: Tenant;
  readonly membership: Membership;
}

/**
 * Whether a person belongs to a tenant now, for credentials of our own: sessions and API keys.
 * Rejects with `account_unknown`, `account_inactive`, `tenant_unknown` or `membership_inactive`. A
 * suspended tenant is returned: its policy decides.
 */
export async function currentMember(
  { stores }: DirectoryOptions,
  userId: string,
  tenantId: string,
): Promise<Result<CurrentMember>> {
  const [user, tenant, membership] = await Promise.all([
    stores.users.get(userId),
    stores.tenants.get(tenantId),
    stores.memberships.get(userId, tenantId),
  ]);
  if (user === null) return reject("account_unknown");
  if (user.status !== "active") return reject("account_inactive");
  if (tenant === null || tenant.status === "deleted") return reject("tenant_unknown");
  if (membership?.status !== "active") return reject("membership_inactive");
  return ok({ user, tenant, membership });
}

/** The active membership, null if there is none. Whether the person or the tenant is active is not looked at. */
export async function currentMembership(
  { stores }: DirectoryOptions,
  userId: string,
  tenantId: string,
): Promise<Membership | null> {
  const membership = await stores.memberships.get(userId, tenantId);
  return membership?.status === "active" ? membership : null;
}
