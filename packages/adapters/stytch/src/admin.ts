import { ok, type Admin } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { rejectionOf } from "./errors.ts";

/** Management at Stytch. Settings of an organization are embedded components there, so no link. */
export function admin(api: Pick<StytchApi, "call">): Admin {
  return {
    async createTenant({ name, slug }) {
      try {
        const { organization } = await api.call((sdk) =>
          sdk.organizations.create({ organization_name: name, organization_slug: slug }),
        );
        return ok({ external: organization.organization_id });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async invite({ tenantExternal, email, role }) {
      try {
        const { member_id: external } = await api.call((sdk) =>
          sdk.magicLinks.email.invite({
            organization_id: tenantExternal,
            email_address: email,
            ...(role === undefined ? {} : { roles: [role] }),
          }),
        );
        return ok({ external });
      } catch (error) {
        return rejectionOf(error);
      }
    },
  };
}
