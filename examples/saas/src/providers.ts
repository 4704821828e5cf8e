import type { ProviderMap } from "@tenantry/core/config";

/**
 * The identity providers this app can be deployed with. `AUTH_PROVIDER` chooses one, and only that
 * one is loaded. No other file names a vendor.
 */
export const providers: ProviderMap = {
  oidc: () => import("@tenantry/oidc"),
  stytch: () => import("@tenantry/stytch"),
  workos: () => import("@tenantry/workos"),
};
