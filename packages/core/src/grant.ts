import type { AuthContext } from "./context.ts";
import type { Identified } from "./identified.ts";
import type { Catalogue } from "./permissions/catalogue.ts";
import type { Grants } from "./permissions/grants.ts";
import type { Resolved } from "./tenancy/resolve.ts";
import type { ScopeMint } from "./tenancy/scope.ts";

/** What step 4 works with. */
export interface GrantDeps<P extends string> {
  readonly catalogue: Catalogue<P>;
  readonly grants: Grants<P>;
  readonly scopes: ScopeMint;
}

/**
 * Step 4: the context of a request, with what the principal may do in its tenant. Without a tenant
 * there is nothing to be allowed to do, so the permissions are empty.
 */
export function createGrant<P extends string>({ catalogue, grants, scopes }: GrantDeps<P>) {
  return function grant(who: Identified, resolved: Resolved & { ok: true }): AuthContext<P> {
    const { tenant, crossTenant } = resolved;
    const { permissions, withheldByScope } = catalogue.effective({
      roles: tenant === null ? [] : resolved.roles,
      vendorPermissions: tenant === null ? [] : resolved.vendorPermissions,
      bound: who.bound,
    });
    const context: AuthContext<P> = deepFreeze({
      principal: who.principal,
      tenant:
        tenant === null
          ? null
          : {
              id: tenant.id,
              slug: tenant.slug,
              name: tenant.name,
              scope: scopes.mint(tenant.id, tenant.placement),
            },
      roles: tenant === null ? [] : [...resolved.roles],
      permissions,
      credential: who.credential,
      authentication: who.authentication,
      actors:
        crossTenant === undefined
          ? [...who.actors]
          : [...who.actors, { kind: "support", id: who.principal.id }],
      ...(crossTenant === undefined ? {} : { crossTenant }),
      provider: who.provider,
    });
    grants.remember(context, withheldByScope);
    return context;
  };
}

/** SECURITY: contexts hold values that other requests share; a handler must not be able to change them. */
function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    // Also into what is frozen already: it may be frozen on its outside only.
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
