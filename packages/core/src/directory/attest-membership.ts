import { ok, reject, type Result } from "../internal/result.ts";
import type { Catalogue } from "../permissions/catalogue.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Membership } from "./records.ts";

/** What a credential says about one person in one tenant. */
export interface MembershipClaim {
  readonly userId: string;
  readonly tenantId: string;
  /** App roles. Undefined: the credential does not tell. */
  readonly roles: readonly string[] | undefined;
  /** Permissions in the vendor's words. */
  readonly permissions: readonly string[];
  /** When the provider said so. */
  readonly versionMs: number;
}

/** What holds for the credential: at most what it says, and at most what is known since. */
export interface Standing {
  readonly membership: Membership;
  readonly roles: readonly string[];
  readonly vendorPermissions: readonly string[];
}

/**
 * Records what a credential says about a membership, if nothing newer is known, and tells what the
 * credential may claim. Rejects with `membership_inactive` if a newer removal or suspension is known.
 */
export async function attestMembership(
  directory: DirectoryOptions,
  claim: MembershipClaim,
): Promise<Result<Standing>> {
  const held = await record(directory, claim);
  // SECURITY: whatever is stored now won, so a tombstone here is newer than the credential.
  if (held.status !== "active") return reject("membership_inactive");
  return ok({ membership: held, ...capByMembership(directory.catalogue, claim, held) });
}

async function record(
  { stores: { memberships } }: DirectoryOptions,
  { userId, tenantId, roles, versionMs }: MembershipClaim,
): Promise<Membership> {
  const stored = await memberships.get(userId, tenantId);
  if (stored !== null) {
    if (stored.versionMs > versionMs) return stored;
    const isActive = stored.status === "active";
    // Silence about roles must not make old roles look newly attested.
    if (isActive && roles === undefined) return stored;
    if (isActive && stored.versionMs === versionMs && isSame(stored.roles, roles ?? []))
      return stored;
  }
  return memberships.apply({ userId, tenantId, roles: roles ?? [], status: "active", versionMs });
}

/**
 * What a credential may claim, given the membership that holds now.
 *
 * SECURITY: an older credential keeps at most what the newer state has. A newer state with the same
 * roles is no news, so that two valid tokens of one person do not disturb each other.
 */
export function capByMembership(
  catalogue: Catalogue,
  claim: Pick<MembershipClaim, "roles" | "permissions">,
  membership: Membership,
): Omit<Standing, "membership"> {
  const { roles = membership.roles, permissions } = claim;
  if (isSame(roles, membership.roles)) return { roles, vendorPermissions: permissions };
  const limit: readonly string[] = catalogue.grants(membership.roles);
  return {
    roles: catalogue.cap(roles, membership.roles),
    vendorPermissions: catalogue.bound(permissions).filter((name) => limit.includes(name)),
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
