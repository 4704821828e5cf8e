import { ok, reject, type Admin, type Result } from "@tenantry/core/provider";
import { rejectionOf, type WorkosApi } from "./api.ts";
import { isText } from "./claims.ts";

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

async function orRejection<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    return rejectionOf(error);
  }
}
