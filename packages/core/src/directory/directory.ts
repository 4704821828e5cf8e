import type { Result } from "../internal/result.ts";
import { createAdministration, type Administration } from "./administer.ts";
import type { DirectoryChange } from "../provider/directory.ts";
import { attest, type Attestation, type Attested } from "./attest.ts";
import type { ApplyResult, ChangeSource } from "./change-source.ts";
import { emailDomain } from "./email.ts";
import { createEnrolment, type Enrolment } from "./enroll.ts";
import { orUnavailable, type DirectoryOptions } from "./facts.ts";
import type { Membership, Tenant, User } from "./records.ts";
import { currentMember, currentMembership, type CurrentMember } from "./standing.ts";

export type { Attestation, Attested, AttestedUser } from "./attest.ts";
export type { ChangeSource } from "./change-source.ts";
export type { DirectoryOptions } from "./facts.ts";
export type { CurrentMember } from "./standing.ts";

/**
 * The app's own mirror of tenants, people and memberships, and of what vendor ids stand for. Only
 * what is verified comes in; only local ids go out.
 */
export interface Directory extends Administration, Enrolment {
  /** See {@link attest}. A store that cannot answer rejects with `store_unavailable`. */
  attest(attestation: Attestation): Promise<Result<Attested>>;
  /**
   * See {@link applyChange}. A store that cannot answer rejects with `store_unavailable`; a change
   * that says nothing but "ask again" with `refetch_unsupported`.
   */
  apply(source: ChangeSource, change: DirectoryChange): Promise<ApplyResult>;
  /** See {@link currentMember}. A store that cannot answer rejects with `store_unavailable`. */
  currentMember(userId: string, tenantId: string): Promise<Result<CurrentMember>>;
  /** The active membership, null if there is none. Throws what a store throws, as all below. */
  currentMembership(userId: string, tenantId: string): Promise<Membership | null>;
  /** The person, null if unknown, suspended or deleted. */
  currentUser(userId: string): Promise<User | null>;
  /** The tenant, null if unknown or deleted. A suspended one is returned: its policy decides. */
  tenantById(id: string): Promise<Tenant | null>;
  /** As {@link Directory.tenantById}. */
  tenantBySlug(slug: string): Promise<Tenant | null>;
  /** The tenant that has verified the domain of this address. For routing a sign-in, never for trust. */
  tenantByEmail(email: string): Promise<Tenant | null>;
  /** The tenants a person belongs to now, for a switcher. Suspended and deleted ones are left out. */
  tenantsOf(
    userId: string,
  ): Promise<readonly { readonly tenant: Tenant; readonly membership: Membership }[]>;
}

/** Makes a directory over stores. */
export function createDirectory(options: DirectoryOptions): Directory {
  const { stores, log } = options;

  async function tenantById(id: string): Promise<Tenant | null> {
    const tenant = await stores.tenants.get(id);
    return tenant?.status === "deleted" ? null : tenant;
  }

  return {
    ...createAdministration(options),
    ...createEnrolment(options),
    attest(attestation) {
      return orUnavailable(log, "directory.attest_failed", () => attest(options, attestation));
    },
    apply(source, change) {
      return orUnavailable(log, "directory.apply_failed", async () => {
        // Needed where webhooks arrive and lists are walked, not where requests are authenticated.
        const { applyChange } = await import("./apply-change.ts");
        return applyChange(options, source, change);
      });
    },
    currentMember(userId, tenantId) {
      return orUnavailable(log, "directory.read_failed", () =>
        currentMember(options, userId, tenantId),
      );
    },
    currentMembership(userId, tenantId) {
      return currentMembership(options, userId, tenantId);
    },
    async currentUser(userId) {
      const user = await stores.users.get(userId);
      return user?.status === "active" ? user : null;
    },
    tenantById,
    tenantBySlug(slug) {
      return stores.tenants.getBySlug(slug);
    },
    async tenantByEmail(email) {
      const domain = emailDomain(email);
      return domain === null ? null : stores.tenants.getByVerifiedDomain(domain);
    },
    async tenantsOf(userId) {
      const memberships = await stores.memberships.listByUser(userId);
      const pairs = memberships
        .filter((membership) => membership.status === "active")
        .map(async (membership) => ({ membership, tenant: await tenantById(membership.tenantId) }));
      return (await Promise.all(pairs)).flatMap(({ membership, tenant }) =>
        tenant?.status === "active" ? [{ tenant, membership }] : [],
      );
    },
  };
}
