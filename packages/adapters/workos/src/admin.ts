import { ok, reject, type Admin } from "@tenantry/core/provider";
import { orRejection, type WorkosApi } from "./api.ts";
import { isText } from "./claims.ts";
import { memberAdmin } from "./members.ts";

/** The intents of the Admin Portal (https://workos.com/docs/admin-portal). */
const INTENTS = { sso: "sso", scim: "dsync", domains: "domain_verification" } as const;
const LINK_SECONDS = 300;

/**
 * Management calls. A domain is never given here as verified: that would put everybody with such an
 * address under this organization's policy.
 */
export function admin(api: WorkosApi, nowMs: () => number): Required<Admin> {
  return {
    createTenant: ({ name, slug }) =>
      orRejection(async () => {
        const { organizations } = await api.sdk();
        const { id } = await organizations.createOrganization({ name, metadata: { slug } });
        return ok({ external: id });
      }),

    ...memberAdmin(api),

    invite: ({ tenantExternal, email, role }) =>
      orRejection(async () => {
        const { userManagement } = await api.sdk();
        const { id } = await userManagement.sendInvitation({
          email,
          organizationId: tenantExternal,
          ...(role === undefined ? {} : { roleSlug: role }),
        });
        return ok({ external: id });
      }),

    revokeInvitation: ({ tenantExternal, external }) =>
      orRejection(async () => {
        const { userManagement } = await api.sdk();
        const { organizationId } = await userManagement.getInvitation(external);
        // SECURITY: our key reaches the whole environment, and an id says nothing about whose it is.
        if (organizationId !== tenantExternal) return reject("entity_not_found");
        await userManagement.revokeInvitation(external);
        return ok(null);
      }),

    addDomain: ({ tenantExternal, domain }) =>
      orRejection(async () => {
        const { organizationDomains } = await api.sdk();
        const made = await organizationDomains.createOrganizationDomain({
          organizationId: tenantExternal,
          domain,
        });
        return ok({ external: made.id });
      }),

    removeDomain: ({ tenantExternal, external }) =>
      orRejection(async () => {
        const { organizationDomains } = await api.sdk();
        const { organizationId } = await organizationDomains.getOrganizationDomain(external);
        // SECURITY: as for invitations.
        if (organizationId !== tenantExternal) return reject("entity_not_found");
        await organizationDomains.deleteOrganizationDomain(external);
        return ok(null);
      }),

    portalLink: ({ tenantExternal, intent, returnUrl }) =>
      orRejection(async () => {
        const { adminPortal } = await api.sdk();
        const { link } = await adminPortal.generateLink({
          organization: tenantExternal,
          intent: INTENTS[intent],
          returnUrl,
        });
        if (!isText(link)) return reject("response_malformed_unavailable");
        return ok({ url: link, expiresAtSeconds: Math.floor(nowMs() / 1000) + LINK_SECONDS });
      }),
  };
}
