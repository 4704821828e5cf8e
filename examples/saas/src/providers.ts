import type { ProviderMap } from "@tenantry/core/config";

/**
 * The identity providers this app can be deployed with. `AUTH_PROVIDER` chooses one, and only that
 * one is loaded. No other file names a vendor.
 */
export const providers: ProviderMap = {
  clerk: () => import("@tenantry/clerk"),
  oidc: () => import("@tenantry/oidc"),
  stytch: () => import("@tenantry/stytch"),
  workos: () => import("@tenantry/workos"),
};

/** The one that `pnpm demo` runs with when nothing is said. */
export const defaultProvider = "oidc";
