import type { SignInMethod } from "../context.ts";

/** What a tenant accepts. Checked on every request. A missing field means no rule of the tenant's own. */
export interface TenantPolicy {
  /** Accepted sign-in methods. `["sso"]` enforces single sign-on. */
  readonly methods?: readonly SignInMethod[];
  readonly mfa?: "required" | "optional";
  /** How old the sign-in behind a session may be. */
  readonly maxSignInAgeSeconds?: number;
}

/** A domain name that a tenant claims. Only a verified one means anything. */
export interface TenantDomain {
  readonly name: string;
  readonly verified: boolean;
}

/** A customer of the app. */
export interface Tenant {
  readonly id: string;
  /** Unique, lower case: `^[a-z0-9][a-z0-9-]{0,62}$`. */
  readonly slug: string;
  readonly name: string;
  readonly status: "active" | "suspended" | "deleted";
  readonly domains: readonly TenantDomain[];
  readonly policy: TenantPolicy;
  /** Opaque to core; travels in the scope. */
  readonly placement: string | null;
  /** The vendor's own time, in milliseconds, of what it last said about this tenant. Missing: it has not said anything. */
  readonly versionMs?: number;
}

/** A person. */
export interface User {
  readonly id: string;
  readonly name: string | null;
  readonly email: { readonly value: string; readonly verified: boolean } | null;
  readonly status: "active" | "suspended" | "deleted";
  /** As {@link Tenant.versionMs}. */
  readonly versionMs?: number;
}

/** What a vendor's id stands for here. */
export interface Link {
  readonly instance: string;
  readonly issuer: string;
  readonly kind: "tenant" | "user" | "service";
  readonly external: string;
  readonly local: string;
  /** How this came to be known. An e-mail address alone is never evidence. */
  readonly evidence:
    | "sign_in"
    | "token"
    /** A webhook or a list of the vendor. */
    | "directory"
    | "admin"
    | "second_sign_in"
    | "configuration";
  readonly createdAtMs: number;
}

/** A person in a tenant. */
export interface Membership {
  readonly userId: string;
  readonly tenantId: string;
  /** App roles, after mapping. */
  readonly roles: readonly string[];
  readonly status: "active" | "invited" | "suspended" | "removed";
  /**
   * The source's own time of this state in milliseconds. An older attestation never overwrites a
   * newer one, and a removal stays as a tombstone with its time.
   */
  readonly versionMs: number;
}

/** A customer's own identity provider. */
export interface Connection {
  readonly id: string;
  /** The provider instance it belongs to. */
  readonly instance: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Only addresses of these domains may be asserted through this connection. Lower case. */
  readonly emailDomains: readonly string[];
  readonly enabled: boolean;
  /** Adapter settings that are not secret, as JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Secrets by name, each sealed; core opens them for the adapter. */
  readonly sealedSecrets: Readonly<Record<string, string>>;
}

/** A registered machine client and the one tenant it belongs to. */
export interface Machine {
  readonly id: string;
  readonly instance: string;
  readonly issuer: string;
  /** The subject of its tokens at the provider. */
  readonly external: string;
  readonly tenantId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly status: "active" | "suspended";
}

/** A local API key. The key itself is never stored. */
export interface ApiKey {
  readonly id: string;
  /** base64url SHA-256 of the whole key. */
  readonly hash: string;
  readonly tenantId: string;
  /** The member who answers for it: no key exceeds this person's role today. */
  readonly ownerUserId: string;
  readonly name: string;
  /** Catalogue permissions it is limited to. */
  readonly permissions: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

/** What a tenant's administrators have decided about the OAuth clients that act for its members. */
export interface ClientRule {
  readonly tenantId: string;
  /** Whom it is about: `client:<instance>:<client id>`, `host:<host name>`, or `default` for all others. */
  readonly subject: string;
  /** `pending`: somebody tried to use it, and nobody has decided. Refused until then. */
  readonly decision: "allow" | "deny" | "pending";
  readonly firstSeenAtMs: number;
  readonly decidedAtMs: number | null;
  /** The local id of the administrator. */
  readonly decidedBy: string | null;
}

/** Who did what, where. Never a token, a secret or a request body. */
export interface AuditEvent {
  readonly id: string;
  readonly atMs: number;
  readonly type: string;
  readonly outcome: "ok" | "denied" | "error";
  readonly tenantId: string | null;
  readonly principal: {
    readonly kind: "user" | "service" | "system" | "anonymous";
    readonly id: string | null;
  };
  readonly actors: readonly { readonly kind: string; readonly id: string }[];
  readonly reason?: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}
