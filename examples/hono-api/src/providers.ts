import type { ProviderMap } from "@tenantry/core/config";

/** The identity providers this app can be deployed with. No other file of the app names a vendor. */
export const providers: ProviderMap = {
  clerk: () => import("@tenantry/clerk"),
  oidc: () => import("@tenantry/oidc"),
  stytch: () => import("@tenantry/stytch"),
  workos: () => import("@tenantry/workos"),
};

/** The one that the example runs with when nothing is said. */
export const defaultProvider = "oidc";
