import type { PermissionSet } from "./permission-set.ts";
import type { Wildcard } from "./wildcards.ts";

/** What `definePermissions` takes. */
export interface CatalogueDefinition<P extends string, R extends string> {
  /** Every permission the app knows: `notes:read`. Lower case, two or more parts. */
  readonly permissions: readonly P[];
  /** What each role of the app may do. Wildcards are expanded here, once. */
  readonly roles: Readonly<Record<R, readonly (NoInfer<P> | Wildcard<NoInfer<P>>)[]>>;
  /** What the provider's own words stand for. */
  readonly claims?: {
    /**
     * Vendor role to app roles. A vendor role without an entry stands for the app role of the same
     * name, if there is one; `[]` takes even that away.
     */
    readonly roles?: Readonly<Record<string, NoInfer<R> | readonly NoInfer<R>[]>>;
    /**
     * Vendor permission or scope to permissions. One without an entry stands for the permission of
     * the same name, if there is one. A name of the catalogue cannot be given another meaning.
     */
    readonly permissions?: Readonly<Record<string, NoInfer<P> | readonly NoInfer<P>[]>>;
  };
}

/** What a principal has: the facts that decide about permissions. */
export interface Holding {
  /** App roles, after mapping. */
  readonly roles: readonly string[];
  /** Permissions in the vendor's words or the catalogue's. */
  readonly vendorPermissions: readonly string[];
  /**
   * Scopes, or the permissions of an API key, that bound the credential. `undefined`: this kind of
   * credential is not bound. Empty: it may do nothing. It has to be said either way.
   */
  readonly bound: readonly string[] | undefined;
}

/** The answer to a {@link Holding}. */
export interface Effective<P extends string> {
  /** (role grants ∪ vendor permissions) ∩ bound. */
  readonly permissions: PermissionSet<P>;
  /** What only the bound takes away: asking for the scope would help. */
  readonly withheldByScope: PermissionSet<P>;
}

/** The app's permissions and roles, and what the provider's words mean in them. */
export interface Catalogue<P extends string = string, R extends string = string> {
  readonly permissions: readonly P[];
  readonly roles: readonly R[];
  isPermission(name: string): name is P;
  isRole(name: string): name is R;
  /** App roles for a vendor's roles. Unknown ones grant nothing and are returned for the log. */
  rolesOf(vendorRoles: readonly string[]): {
    readonly roles: readonly R[];
    readonly unknown: readonly string[];
  };
  /** Permissions for a vendor's permissions, wildcards included. Unknown ones grant nothing. */
  permissionsOf(vendorPermissions: readonly string[]): {
    readonly permissions: readonly P[];
    readonly unknown: readonly string[];
  };
  /** The permissions that scopes, or the permissions of a key, allow at most. */
  bound(names: readonly string[]): readonly P[];
  /** What these app roles grant together. Unknown roles grant nothing. */
  grants(roles: readonly string[]): readonly P[];
  /**
   * Those of `roles` that do not exceed `by`: roles that `by` has too, and roles whose grants are
   * all among those of `by`. This is how a newer, narrower state caps an older attestation.
   */
  cap(roles: readonly string[], by: readonly string[]): readonly string[];
  /** What a principal may do. Equal holdings share one answer. */
  effective(holding: Holding): Effective<P>;
}

/** The permissions of a catalogue: `PermissionOf<typeof catalogue>`. */
export type PermissionOf<C extends Catalogue> = C["permissions"][number];

/** The roles of a catalogue: `RoleOf<typeof catalogue>`. */
export type RoleOf<C extends Catalogue> = C["roles"][number];
