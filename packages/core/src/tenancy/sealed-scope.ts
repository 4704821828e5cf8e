import { AuthError } from "../errors.ts";
import type { Tenant } from "../directory/records.ts";
import type { Sealer } from "../sessions/seal.ts";
import type { ScopeMint, TenantScope } from "./scope.ts";

/** What sealing a scope needs. */
export interface SealedScopeDeps {
  readonly sealer: Sealer;
  readonly scopes: ScopeMint;
  readonly nowMs: () => number;
  tenantById(id: string): Promise<Tenant | null>;
}

const PURPOSE = "scope";
const DEFAULT_SECONDS = 24 * 3600;

/** Scopes as queue messages: sealed by this app, for one purpose, for a while. */
export function createSealedScopes(deps: SealedScopeDeps) {
  const { sealer, scopes, nowMs } = deps;
  return {
    async sealScope(
      scope: TenantScope,
      options: { readonly purpose: string; readonly expiresInSeconds?: number },
    ): Promise<string> {
      // SECURITY: sealing a hand-made object would launder it into a real scope on the other side.
      if (!scopes.owns(scope)) {
        throw new TypeError("sealScope takes a scope of this auth instance: context.tenant.scope.");
      }
      const expiresAtMs = nowMs() + (options.expiresInSeconds ?? DEFAULT_SECONDS) * 1000;
      return sealer.seal(PURPOSE, scope.tenantId, { expiresAtMs, aad: options.purpose });
    },

    async openScope(sealed: string, options: { readonly purpose: string }): Promise<TenantScope> {
      const tenantId = await sealer.open(PURPOSE, sealed, { aad: options.purpose });
      if (typeof tenantId !== "string") {
        throw new AuthError("request_invalid", { reason: "sealed_scope_invalid" });
      }
      const tenant = await activeTenant(() => deps.tenantById(tenantId));
      return scopes.mint(tenant.id, tenant.placement);
    },
  };
}

/** A tenant that work may be done for now. Throws `AuthError`. */
export async function activeTenant(find: () => Promise<Tenant | null>): Promise<Tenant> {
  let tenant: Tenant | null;
  try {
    tenant = await find();
  } catch {
    throw new AuthError("store_unavailable", { reason: "store_unavailable" });
  }
  if (tenant === null || tenant.status === "deleted") {
    throw new AuthError("tenant_not_found", { reason: "tenant_absent" });
  }
  if (tenant.status === "suspended") {
    throw new AuthError("tenant_suspended", { reason: "tenant_suspended" });
  }
  return tenant;
}
