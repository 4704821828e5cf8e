import { createAuthFromEnv } from "@tenantry/core/config";
import { permissions } from "./permissions.ts";
import { providers } from "./providers.ts";

/** Everything this app says about authentication. The rest is in the environment. */
export function createAppAuth(env: Readonly<Record<string, string | undefined>>, baseUrl: string) {
  return createAuthFromEnv({ env, baseUrl, providers, permissions });
}
