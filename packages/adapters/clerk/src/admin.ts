import { ok, type Admin } from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { rejectionOf } from "./errors.ts";

/** The role that Clerk gives new members itself. */
const DEFAULT_ROLE = "member";

/** Management calls. There is no portal link: its endpoint is in the specification only. */
export function admin(api: Pick<ClerkApi, "call">): Admin {
  return {
    async createTenant({ name, slug }) {
      try {
        const made = await api.call((sdk) => sdk.organizations.createOrganization({ name, slug }));
        return ok({ external: made.id });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async invite({ tenantExternal, email, role = DEFAULT_ROLE }) {
      try {
        const made = await api.call((sdk) =>
          sdk.organizations.createOrganizationInvitation({
            organizationId: tenantExternal,
            emailAddress: email,
            role: role.startsWith("org:") ? role : `org:${role}`,
          }),
        );
        return ok({ external: made.id });
      } catch (error) {
        return rejectionOf(error);
      }
    },
  };
}
