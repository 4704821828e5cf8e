import type { ProviderMap } from "@tenantry/core/config";

/** The identity providers this server can be deployed with. `AUTH_PROVIDER` chooses one. */
export const providers: ProviderMap = {
  clerk: () => import("@tenantry/clerk"),
  oidc: () => import("@tenantry/oidc"),
  stytch: () => import("@tenantry/stytch"),
  workos: () => import("@tenantry/workos"),
};

/** The one that it runs with when nothing is said. */
export const defaultProvider = "oidc";
