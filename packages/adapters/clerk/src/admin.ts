import { ok, type Admin, type Result } from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { isAbsent, rejectionOf } from "./errors.ts";

/** The role that Clerk gives new members itself. */
const DEFAULT_ROLE = "member";

/**
 * Management calls. There is no portal link: its endpoint is in the specification only. Every path
 * names the organization, so Clerk itself refuses what belongs to another one.
 */
export function admin(api: Pick<ClerkApi, "call">): Required<Omit<Admin, "portalLink">> {
  return {
    createTenant: ({ name, slug }) =>
      orRejection(async () => {
        const made = await api.call((sdk) => sdk.organizations.createOrganization({ name, slug }));
        return ok({ external: made.id });
      }),

    setMember: ({ tenantExternal: organizationId, userExternal: userId, role: name }) =>
      orRejection(async () => {
        const membership = { organizationId, userId, role: keyOf(name) };
        try {
          await api.call((sdk) => sdk.organizations.updateOrganizationMembership(membership));
        } catch (error) {
          if (!isAbsent(error)) throw error;
          await api.call((sdk) => sdk.organizations.createOrganizationMembership(membership));
        }
        return ok(null);
      }),

    removeMember: ({ tenantExternal: organizationId, userExternal: userId }) =>
      orRejection(async () => {
        await api.call((sdk) =>
          sdk.organizations.deleteOrganizationMembership({ organizationId, userId }),
        );
        return ok(null);
      }),

    invite: ({ tenantExternal, email, role = DEFAULT_ROLE }) =>
      orRejection(async () => {
        const made = await api.call((sdk) =>
          sdk.organizations.createOrganizationInvitation({
            organizationId: tenantExternal,
            emailAddress: email,
            role: keyOf(role),
          }),
        );
        return ok({ external: made.id });
      }),

    revokeInvitation: ({ tenantExternal: organizationId, external: invitationId }) =>
      orRejection(async () => {
        await api.call((sdk) =>
          sdk.organizations.revokeOrganizationInvitation({ organizationId, invitationId }),
        );
        return ok(null);
      }),

    addDomain: ({ tenantExternal, domain }) =>
      orRejection(async () => {
        const made = await api.call((sdk) =>
          sdk.organizations.createOrganizationDomain({
            organizationId: tenantExternal,
            name: domain,
            enrollmentMode: "manual_invitation",
            // SECURITY: Clerk's default is true, for whatever domain somebody asks for.
            verified: false,
          }),
        );
        return ok({ external: made.id });
      }),

    removeDomain: ({ tenantExternal: organizationId, external: domainId }) =>
      orRejection(async () => {
        await api.call((sdk) =>
          sdk.organizations.deleteOrganizationDomain({ organizationId, domainId }),
        );
        return ok(null);
      }),
  };
}

function keyOf(role: string): string {
  return role.startsWith("org:") ? role : `org:${role}`;
}

async function orRejection<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    return rejectionOf(error);
  }
}
