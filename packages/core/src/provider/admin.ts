import type { Result } from "../internal/result.ts";

/**
 * Management calls. Each is there only if the vendor has it. All but the first act in the one tenant
 * that they name: what belongs to another one is refused like what does not exist.
 */
export interface Admin {
  createTenant?(tenant: {
    readonly name: string;
    readonly slug: string;
  }): Promise<Result<{ readonly external: string }>>;
  /**
   * Gives somebody whom the vendor knows this role, and no other, at once. Whoever is no member yet
   * becomes one, where people exist outside of tenants; elsewhere they are invited.
   */
  setMember?(membership: TenantMember & { readonly role: string }): Promise<Result<null>>;
  /** Ends a membership. The person's others stay as they are. */
  removeMember?(membership: TenantMember): Promise<Result<null>>;
  invite?(invitation: {
    readonly tenantExternal: string;
    readonly email: string;
    readonly role?: string;
  }): Promise<Result<{ readonly external: string }>>;
  /** Takes back an invitation that nobody has accepted yet. */
  revokeInvitation?(invitation: TenantThing): Promise<Result<null>>;
  /** Adds an e-mail domain, which proves nothing until the vendor has verified it. */
  addDomain?(wish: {
    readonly tenantExternal: string;
    readonly domain: string;
  }): Promise<Result<{ readonly external: string }>>;
  removeDomain?(domain: TenantThing): Promise<Result<null>>;
  portalLink?(request: {
    readonly tenantExternal: string;
    readonly intent: "sso" | "scim" | "domains";
    readonly returnUrl: string;
  }): Promise<Result<{ readonly url: string; readonly expiresAtSeconds: number }>>;
}

/** Somebody's place in a tenant, for {@link Admin}. */
interface TenantMember {
  readonly tenantExternal: string;
  /** The person, as identities name them: the `subject`. */
  readonly userExternal: string;
}

/** Something that a call of {@link Admin} has made in a tenant. */
interface TenantThing {
  readonly tenantExternal: string;
  /** The id that the call returned. */
  readonly external: string;
}
