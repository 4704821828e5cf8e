import type { PermissionSet } from "./permissions/permission-set.ts";
import type { TenantScope } from "./tenancy/scope.ts";

/** What was presented. `bearer` covers every token in an `Authorization` header. */
export type CredentialKind = "session" | "bearer" | "api_key";

/** What a mount can accept. A token minted for one door opens no other. */
export type AcceptedKind = "session" | "access" | "m2m" | "mcp" | "api_key";

/** How someone signed in, in neutral words. `unknown` has an explicit rule per credential kind in the policy. */
export type SignInMethod =
  | "sso"
  | "password"
  | "passkey"
  | "magic_link"
  | "email_code"
  | "social"
  | "impersonation"
  | "client_credentials"
  | "unknown";

/** How and when the principal proved who they are. */
export interface Authentication {
  readonly method: SignInMethod;
  /** When the sign-in happened, in milliseconds since the epoch. Missing if the provider does not say. */
  readonly atMs?: number;
  /** A second factor was used. Missing if the provider does not say, which a policy treats as no. */
  readonly mfa?: boolean;
}

/** A person, by the id your database may keep: it survives a change of vendor. */
export interface UserPrincipal {
  readonly kind: "user";
  readonly id: string;
  readonly name?: string;
  readonly email?: { readonly value: string; readonly verified: boolean };
}

/** A machine: a registered client that acts on its own. */
export interface ServicePrincipal {
  readonly kind: "service";
  readonly id: string;
  readonly name?: string;
}

/** Who acts. */
export type Principal = UserPrincipal | ServicePrincipal;

/** Someone else behind the principal: an impersonating supporter, or an OAuth client such as an agent. */
export interface Actor {
  readonly kind: "impersonator" | "client" | "support";
  readonly id: string;
}

/** The tenant that a request acts on. `scope` is what a data layer takes. */
export interface TenantContext {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly scope: TenantScope;
}

/** A supporter of the internal tenant who entered another one on purpose, for a reason, for a while. */
export interface CrossTenant {
  readonly reason: string;
  readonly enteredAtMs: number;
  readonly untilMs: number;
  /** The supporter's own, internal tenant. */
  readonly home: { readonly id: string; readonly slug: string };
}

/**
 * Everything a handler may know about who asks. Frozen, and free of tokens and secrets. Requests of one
 * credential may get the same object, so nothing that belongs to one request can be kept under it.
 */
export interface AuthContext<P extends string = string> {
  readonly principal: Principal;
  /** Null only on mounts that do not require a tenant, for a person who has none. */
  readonly tenant: TenantContext | null;
  readonly roles: readonly string[];
  readonly permissions: PermissionSet<P>;
  readonly credential: {
    readonly kind: CredentialKind;
    readonly accepted: AcceptedKind;
    /** Our id of a session or API key; safe to show and to log. */
    readonly id?: string;
    readonly clientId?: string;
    /** The scopes the token was granted. Missing when scopes do not bound this credential. */
    readonly scopes?: readonly string[];
    readonly expiresAtMs: number;
  };
  readonly authentication: Authentication;
  readonly actors: readonly Actor[];
  readonly crossTenant?: CrossTenant;
  readonly provider: {
    readonly vendor: string;
    readonly instance: string;
    readonly issuer: string;
  };
}

/** A context that acts for a tenant, as it is behind `requireTenant` and `requirePermission`. */
export interface TenantAuthContext<P extends string = string> extends AuthContext<P> {
  readonly tenant: TenantContext;
}
