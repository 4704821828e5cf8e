import type { AuthContext, TenantAuthContext } from "../context.ts";

/** What every binding has under the same names. `G` is what stands on a handler, `K` one request. */
export interface Guards<P extends string, G, K> {
  /** Refuses who is not signed in: `credential_missing` and every other reason of a refusal. */
  readonly requireAuth: () => G;
  /** Refuses who acts for no tenant, with `tenant_required`. */
  readonly requireTenant: () => G;
  /** Refuses who lacks one of these in the tenant: `permission_denied`, `scope_insufficient`. */
  readonly requirePermission: (...permissions: readonly [P, ...P[]]) => G;
  /** Who asks, or null: nobody, refused, or a request that `authenticate` has not seen. */
  readonly get: (request: K) => AuthContext<P> | null;
  /**
   * Who asks and for which tenant, behind `requireTenant` or `requirePermission`. Throws `TypeError`, for
   * the developer, where neither has let the request in.
   */
  readonly tenantContext: (request: K) => TenantAuthContext<P>;
}
