import type { AdapterMutant } from "./mutant.ts";
import { withProvider } from "./wrap.ts";

/** Adapters that mishandle management calls. */
export const adminMutants: readonly AdapterMutant[] = [
  {
    id: "admin-invites-elsewhere",
    defect: "It invites everybody to the tenant of the first invitation.",
    fails: ["admin.invitation"],
    mayFail: ["admin.absent"],
    spoil(started) {
      const { admin } = started.provider;
      const invite = admin?.invite?.bind(admin);
      if (admin === undefined || invite === undefined) return null;
      return withProvider(started, {
        admin: {
          ...admin,
          async invite(invitation) {
            const tenants = (await started.directory?.tenants()) ?? [];
            const other = tenants.find(({ external }) => external !== invitation.tenantExternal);
            const tenantExternal = other?.external ?? invitation.tenantExternal;
            return invite({ ...invitation, tenantExternal });
          },
        },
      });
    },
  },
  {
    id: "admin-invents-success",
    defect: "It reports success for tenants that do not exist.",
    fails: ["admin.absent"],
    spoil(started) {
      const { admin } = started.provider;
      if (admin === undefined) return null;
      const invite = admin.invite?.bind(admin);
      const portalLink = admin.portalLink?.bind(admin);
      if (invite === undefined && portalLink === undefined) return null;
      return withProvider(started, {
        admin: {
          ...admin,
          ...(invite === undefined
            ? {}
            : {
                async invite(invitation) {
                  const made = await invite(invitation);
                  return made.ok || made.reason.endsWith("_unavailable")
                    ? made
                    : { ok: true, value: { external: "invented" } };
                },
              }),
          ...(portalLink === undefined
            ? {}
            : {
                async portalLink(wish) {
                  const made = await portalLink(wish);
                  return made.ok || made.reason.endsWith("_unavailable")
                    ? made
                    : { ok: true, value: { url: "https://vendor.example", expiresAtSeconds: 1 } };
                },
              }),
        },
      });
    },
  },
];
