import { createAuth, definePermissions, pathTenant, type Auth } from "@tenantry/core";
import type { Provider } from "@tenantry/core/provider";
import { memoryStores } from "@tenantry/core/stores";
import type { Plan } from "./plan.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:*"], admin: ["notes:*"] },
});

/** An app in front of one provider, with everything in memory. */
export function createApp(
  plan: Plan,
  provider: Provider,
  mode: "stored" | "sealed" = "stored",
): Auth<"notes:read" | "notes:write", "viewer" | "editor" | "admin"> {
  return createAuth({
    baseUrl: plan.baseUrl,
    providers: [provider],
    permissions,
    stores: memoryStores(),
    secrets: ["a secret of at least thirty-two characters"],
    tenants: [pathTenant("/t/:tenant")],
    session: { mode },
    log: () => undefined,
  });
}
