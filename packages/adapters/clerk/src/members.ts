import type { OrganizationMembership } from "@clerk/backend";
import {
  ok,
  reject,
  type AttestedMembership,
  type Enrichment,
  type Identity,
  type Result,
} from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { failureOf, isAbsent, rejectionOf, ResponseMalformed } from "./errors.ts";
import { roleName, withoutSystem } from "./permissions.ts";

/** A person has few organizations; whoever has more is not told which ones they have lost. */
const MAX_PAGE = 500;

/** What the Backend API says about people's places, which OAuth tokens do not. */
export interface Members {
  /**
   * Roles for a token that names an organization. While Clerk does not answer they are those that the
   * directory knows. Rejects with `membership_inactive` for somebody who is no member any more.
   */
  enrich(identity: Identity): Promise<Result<Enrichment>>;
  /** The identity of a sign-in or a refresh with its roles, and all memberships of its person. */
  complete(identity: Identity): Promise<Result<Completed>>;
}

/** An identity with what its tokens leave out. */
export interface Completed {
  readonly identity: Identity;
  readonly memberships: {
    readonly items: readonly AttestedMembership[];
    readonly complete: boolean;
  };
}

/** Makes {@link Members}. */
export function createMembers(api: Pick<ClerkApi, "call">): Members {
  return {
    async enrich({ subject, tenant }) {
      if (tenant === null || !("external" in tenant)) return ok({});
      const organizationId = tenant.external;
      try {
        const { data } = await api.call((sdk) =>
          sdk.organizations.getOrganizationMembershipList({ organizationId, userId: [subject] }),
        );
        const own = data.find((one) => isOf(one, subject, organizationId));
        // SECURITY: access tokens live for a day, and a membership may have ended since.
        if (own === undefined) return reject("membership_inactive");
        return ok({ roles: [roleName(own.role)], permissions: permissionsOf(own) });
      } catch (error) {
        if (isAbsent(error)) return reject("membership_inactive");
        return failureOf(error).kind === "unavailable" ? ok({}) : rejectionOf(error);
      }
    },

    async complete(identity) {
      const { subject, tenant } = identity;
      try {
        const { data, totalCount } = await api.call((sdk) =>
          sdk.users.getOrganizationMembershipList({ userId: subject, limit: MAX_PAGE }),
        );
        if (data.some((one) => one.publicUserData?.userId !== subject))
          throw new ResponseMalformed();
        const memberships = {
          items: data.map((one) => ({ tenant: placeOf(one), roles: [roleName(one.role)] })),
          complete: data.length === totalCount,
        };
        if (tenant === null || !("external" in tenant)) return ok({ identity, memberships });
        const own = data.find(({ organization }) => organization.id === tenant.external);
        if (own === undefined) return reject("membership_inactive");
        return ok({
          identity: {
            ...identity,
            tenant: placeOf(own),
            roles: [roleName(own.role)],
            permissions: permissionsOf(own),
          },
          memberships,
        });
      } catch (error) {
        return isAbsent(error) ? reject("account_inactive") : rejectionOf(error);
      }
    },
  };
}

function placeOf({ organization: { id, slug, name } }: OrganizationMembership) {
  return { external: id, name, ...(slug === null || slug === "" ? {} : { slug }) };
}

function permissionsOf({ permissions }: OrganizationMembership): readonly string[] {
  return withoutSystem(permissions);
}

function isOf(one: OrganizationMembership, userId: string, organizationId: string): boolean {
  return one.publicUserData?.userId === userId && one.organization.id === organizationId;
}
