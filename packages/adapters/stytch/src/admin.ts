import { ok, reject, type Admin, type Result } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { rejectionOf } from "./errors.ts";

/** What this vendor has no call for: see {@link admin}. */
type Missing = "portalLink" | "addDomain" | "removeDomain";

/**
 * Management at Stytch. Settings of an organization are embedded components there, so there is no
 * link; and no domain is added here, because one that is allowed lets people in at once, proved or
 * not (`email_allowed_domains`). Every path names the organization, and Stytch refuses members of
 * another one.
 */
export function admin(api: Pick<StytchApi, "call" | "read">): Required<Omit<Admin, Missing>> {
  return {
    createTenant: ({ name, slug }) =>
      orRejection(async () => {
        const { organization } = await api.call((sdk) =>
          sdk.organizations.create({ organization_name: name, organization_slug: slug }),
        );
        return ok({ external: organization.organization_id });
      }),

    // A member exists in one organization only: there is nobody outside whom an id could bring in.
    setMember: ({ tenantExternal: organization_id, userExternal: member_id, role }) =>
      orRejection(async () => {
        await api.call((sdk) =>
          sdk.organizations.members.update({ organization_id, member_id, roles: [role] }),
        );
        return ok(null);
      }),

    removeMember: ({ tenantExternal: organization_id, userExternal: member_id }) =>
      orRejection(async () => {
        await api.call((sdk) => sdk.organizations.members.delete({ organization_id, member_id }));
        return ok(null);
      }),

    invite: ({ tenantExternal, email, role }) =>
      orRejection(async () => {
        const { member_id: external } = await api.call((sdk) =>
          sdk.magicLinks.email.invite({
            organization_id: tenantExternal,
            email_address: email,
            ...(role === undefined ? {} : { roles: [role] }),
          }),
        );
        return ok({ external });
      }),

    revokeInvitation: ({ tenantExternal: organization_id, external: member_id }) =>
      orRejection(async () => {
        const place = { organization_id, member_id };
        const { member } = await api.read((sdk) => sdk.organizations.members.get(place));
        // SECURITY: the invitation is the member, who may have come in meanwhile.
        if (member.status !== "invited") return reject("invitation_not_pending");
        await api.call((sdk) => sdk.organizations.members.delete(place));
        return ok(null);
      }),
  };
}

async function orRejection<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    return rejectionOf(error);
  }
}
