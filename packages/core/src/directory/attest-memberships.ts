import type { AttestedMembership } from "../provider/login-flow.ts";
import { attestMembership } from "./attest-membership.ts";
import { attestTenant, type TenantSource } from "./attest-tenant.ts";
import type { DirectoryOptions } from "./facts.ts";
import { knownId, linkTo } from "./links.ts";
import { externalSubject } from "./local-id.ts";
import { membershipKey } from "./revocation-keys.ts";

/** All that a provider said about one person's memberships at sign-in. */
export interface MembershipList {
  readonly items: readonly AttestedMembership[];
  /** One of this provider's tenants that is missing here is no longer theirs. */
  readonly complete: boolean;
}

/** Records a list of memberships; a complete one also ends those of the same provider that it lacks. */
export async function attestMemberships(
  directory: DirectoryOptions,
  list: MembershipList,
  about: {
    readonly userId: string;
    readonly versionMs: number;
    readonly source: TenantSource;
    /** The tenant of the identity itself: attested, listed or not. */
    readonly tenantId: string | null;
  },
): Promise<void> {
  const { userId, versionMs, source } = about;
  const listed = new Set(about.tenantId === null ? [] : [about.tenantId]);
  for (const item of list.items) {
    const tenant = await attestTenant(directory, item.tenant, source);
    if (!tenant.ok) continue;
    listed.add(tenant.value.id);
    if (tenant.value.id === about.tenantId) continue;
    if (!(await isOwnSubject(directory, item, about))) continue;
    const roles = item.roles && directory.catalogue.rolesOf(item.roles).roles;
    const tenantId = tenant.value.id;
    await attestMembership(directory, { userId, tenantId, roles, permissions: [], versionMs });
  }
  if (list.complete) await endOthers(directory, listed, about);
}

/**
 * Links the person's subject in another tenant to them. False if it is somebody else's here: two who
 * came one by one, before the vendor said that they are one. Only an administrator or they themselves
 * can bring them together.
 */
async function isOwnSubject(
  directory: DirectoryOptions,
  { subject, tenant }: AttestedMembership,
  { userId, source }: { readonly userId: string; readonly source: TenantSource },
): Promise<boolean> {
  if (subject === undefined) return true;
  const { instance, issuer } = source;
  const key = { instance, issuer, external: externalSubject(subject, tenant) };
  const known = await knownId(directory, "user", key);
  if (known !== null) return known === userId;
  return (await linkTo(directory, "user", { key, local: userId, evidence: "sign_in" })) === userId;
}

async function endOthers(
  { stores, nowMs }: DirectoryOptions,
  listed: ReadonlySet<string>,
  about: { readonly userId: string; readonly versionMs: number; readonly source: TenantSource },
): Promise<void> {
  const { userId, versionMs, source } = about;
  for (const membership of await stores.memberships.listByUser(userId)) {
    const { tenantId } = membership;
    if (membership.status === "removed" || listed.has(tenantId)) continue;
    const links = await stores.links.listByLocal("tenant", tenantId);
    // SECURITY: one provider's list says nothing about tenants of another.
    const isTheirs = links.some(
      (link) => link.instance === source.instance && link.issuer === source.issuer,
    );
    if (!isTheirs) continue;
    const held = await stores.memberships.apply({
      ...membership,
      roles: [],
      status: "removed",
      versionMs,
    });
    if (held.status === "removed") {
      await stores.revocations.raise([membershipKey(userId, tenantId)], nowMs());
    }
  }
}
