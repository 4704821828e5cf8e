declare const brand: unique symbol;

/**
 * A tenant that core has resolved for a verified principal. A data layer typed
 * `(scope: TenantScope, …)` cannot be called with a string from a request: only the auth instance
 * makes values of this type, and `auth.isScope` tells its own from any other.
 */
export interface TenantScope {
  readonly tenantId: string;
  /** Opaque to core: the region or database of this tenant, from its directory record. */
  readonly placement: string | null;
  readonly [brand]: true;
}

/** Mints scopes and recognises its own. One per auth instance; never exported to applications. */
export interface ScopeMint {
  mint(tenantId: string, placement: string | null): TenantScope;
  owns(value: unknown): value is TenantScope;
}

/** Makes the private mark of one auth instance. */
export function createScopeMint(): ScopeMint {
  // SECURITY: membership in this set is the proof of origin. A copied or hand-made object has the
  // right shape and still is not in it.
  const minted = new WeakSet();
  return {
    mint(tenantId, placement) {
      // The brand exists only as a type, and this is the one place that gives it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const scope = Object.freeze({ tenantId, placement }) as TenantScope;
      minted.add(scope);
      return scope;
    },
    owns(value): value is TenantScope {
      return typeof value === "object" && value !== null && minted.has(value);
    },
  };
}
