import type { AuthContext } from "./context.ts";
import type { Tenant } from "./directory/records.ts";
import type { Identified } from "./identified.ts";
import { isEqual } from "./internal/is-equal.ts";
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

/** A context with what it was made from and does not show. */
interface Granted<P extends string> {
  readonly context: AuthContext<P>;
  readonly placement: string | null;
  readonly vendorPermissions: readonly string[];
  readonly bound: readonly string[] | undefined;
}

/**
 * Step 4: the context of a request, with what the principal may do in its tenant. Without a tenant
 * there is nothing to be allowed to do, so the permissions are empty. Requests of one credential
 * share a context for as long as everything in it stays the same.
 */
export function createGrant<P extends string>({ catalogue, grants, scopes }: GrantDeps<P>) {
  // By the object that every request of a remembered credential brings along, so that an entry ends
  // with the credential. Others bring a new one each time and find nothing.
  const granted = new WeakMap<Identified["authentication"], Granted<P>>();

  return function grant(who: Identified, resolved: Resolved & { ok: true }): AuthContext<P> {
    const { tenant, vendorPermissions, crossTenant } = resolved;
    // SECURITY: a stay in another tenant is never shared with what its supporter does at home.
    if (tenant === null || crossTenant !== undefined) return make(who, resolved);
    const known = granted.get(who.authentication);
    if (known !== undefined && isSame(known, who, { tenant, resolved })) return known.context;
    const context = make(who, resolved);
    granted.set(who.authentication, {
      context,
      placement: tenant.placement,
      // Copies: the lists may be a store's own.
      vendorPermissions: [...vendorPermissions],
      bound: who.bound && [...who.bound],
    });
    return context;
  };

  function make(who: Identified, resolved: Resolved & { ok: true }): AuthContext<P> {
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
  }
}

/**
 * Whether a context made now would be the known one. SECURITY: each line is a fact that may have
 * changed since, or be another's. What is compared with is frozen, so it is as it was.
 */
function isSame(
  { context, placement, vendorPermissions, bound }: Granted<string>,
  who: Identified,
  now: { readonly tenant: Tenant; readonly resolved: Resolved & { ok: true } },
): boolean {
  const { tenant, resolved } = now;
  return (
    tenant.id === context.tenant?.id &&
    tenant.slug === context.tenant.slug &&
    tenant.name === context.tenant.name &&
    tenant.placement === placement &&
    isEqual(resolved.roles, context.roles) &&
    isEqual(resolved.vendorPermissions, vendorPermissions) &&
    isEqual(who.bound, bound) &&
    isEqual(who.principal, context.principal) &&
    isEqual(who.credential, context.credential) &&
    isEqual(who.provider, context.provider) &&
    isEqual(who.actors, context.actors)
  );
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
