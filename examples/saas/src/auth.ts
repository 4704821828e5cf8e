import { pathTenant } from "@tenantry/core";
import { createAuthFromEnv } from "@tenantry/core/config";
import type { Stores } from "@tenantry/core/stores";
import { permissions } from "./permissions.ts";
import { providers } from "./providers.ts";
import { authPages } from "./views/auth-pages.ts";

/** Everything this app says about authentication. The rest is in the environment. */
export function createAppAuth(
  env: Readonly<Record<string, string | undefined>>,
  { stores, baseUrl }: { readonly stores: Stores; readonly baseUrl: string },
) {
  return createAuthFromEnv({
    env,
    baseUrl,
    providers,
    permissions,
    stores,
    tenants: [pathTenant("/t/:tenant")],
    // Who supports customers enters their tenants as a viewer: on purpose, for a reason, for a while.
    crossTenant: { internalTenant: "lighthouse", role: "support", grants: "viewer" },
    pages: authPages,
  });
}
