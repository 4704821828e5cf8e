import type { Authentication, Actor } from "../context.ts";
import type { Rejection, Result } from "../internal/result.ts";

/** Signature algorithms that can appear in a profile: asymmetric ones only (RFC 7518 §3.1, RFC 8037). */
export type AsymmetricAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519";

/** What a token is for. `id` and `logout` serve the login routes only and open no mount. */
export type TokenKind = "session" | "access" | "m2m" | "mcp" | "id" | "logout";

/** A JSON object from a token, before anything is known about its members. */
export type Claims = Readonly<Record<string, unknown>>;

/** The header members that a profile may look at: `alg`, `kid`, `typ` and those it declares in `headers`. */
export type TokenHeader = Readonly<Record<string, unknown>> & { readonly alg: string };

/** A token whose signature is good. Its claims are still just claims until a profile's rules have passed. */
export interface SignedToken {
  readonly header: TokenHeader;
  readonly claims: Claims;
}

/** Whom a token must be meant for. There is no default: a profile without an audience rule does not exist. */
export interface AudienceRule {
  /** The claim to compare, `aud` unless the provider has no such claim (Cognito: `client_id`). */
  readonly claim: string;
  /** The token must name at least one of these. A function receives the `resource` of the mount. */
  readonly anyOf: readonly string[] | ((resource: string | undefined) => readonly string[]);
  /** What a token without the claim means. `accept` only where the provider never mints it. */
  readonly ifMissing: "accept" | "reject";
}

/**
 * The customer connection that a profile belongs to. Core takes the tenant from here, whatever the
 * token says, and accepts an e-mail address only within these domains.
 */
export interface ConnectionBinding {
  readonly id: string;
  readonly tenantId: string;
  readonly emailDomains: readonly string[];
}

/** One kind of token of one provider, declared as data and verified by core. */
export interface TokenProfile {
  /** Unique within the provider; part of cache keys and log lines. */
  readonly id: string;
  readonly kind: TokenKind;
  /** Set for a customer's own connection; missing for a provider that is configured for everybody. */
  readonly connection?: ConnectionBinding;
  /** Exact strings; no normalisation, no patterns. */
  readonly issuers: readonly string[];
  readonly keys:
    | { readonly jwksUri: string }
    | { readonly jwks: { readonly keys: readonly JsonWebKey[] } };
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** Extra header members that `matches`, `rules` and `read` may see, such as Clerk's `cat`. */
  readonly headers?: readonly string[];
  /** After the signature: is it this kind? Pure, and disjoint from the provider's other profiles. */
  matches(token: SignedToken): boolean;
  readonly rules: {
    /** Accepted values of the `typ` header, lower case, without `application/`. Missing: not looked at. */
    readonly typ?: readonly string[];
    /** Whether a token without `typ` passes when `typ` is set. */
    readonly typIfMissing?: "accept" | "reject";
    readonly audience: AudienceRule;
    /** Refuse a token whose `iat` is older, whatever its `exp` says. */
    readonly maxAgeSeconds?: number;
    /** Claims that must be present besides `iss`, `exp` and `iat`. `sub` must be listed to be required. */
    readonly required?: readonly string[];
    /** Claims whose presence proves that this is another kind of token, such as `nonce` in a logout token. */
    readonly forbidden?: readonly string[];
  };
  /**
   * Where the roles of this token's principal come from: its own claims, or the directory for
   * providers whose token of this kind carries none.
   */
  readonly roles: "token" | "directory";
  /**
   * Whether the token's scopes bound what it may do. `permissions`: only catalogue entries named by
   * a scope. `none`: the scopes of this token are not about our permissions at all.
   */
  readonly scopes: "permissions" | "none";
  /** The provider's claim shapes in neutral words. Pure. */
  read(token: SignedToken): Identity | Rejection;
  /**
   * What `read` cannot know, asked of the vendor for a token that passed everything else. Core keeps
   * the answer with the verified token, for five minutes at most, and asks once for all who present it
   * meanwhile. A throw, or ten seconds without an answer, is `provider_unavailable`.
   */
  enrich?(identity: Identity, tools: EnrichTools): Promise<Result<Enrichment>>;
}

/** What a profile may use to find out more. */
export interface EnrichTools {
  nowMs(): number;
  /** What `read` has read. */
  readonly token: SignedToken;
}

/** Additions to an identity. Whom the token is about is not among them. */
export interface Enrichment {
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  /** What its scopes stand for, where the vendor keeps that apart. They stay a bound. */
  readonly scopes?: readonly string[];
  /** The tenant that the vendor has bound a machine to, if its token names none. Never of a person. */
  readonly tenant?: IdentityTenant;
}

/**
 * The organization a credential stands for: the vendor's own id, or a tenant that our configuration
 * fixed. `configured` says that the slug is not the vendor's word but the operator's: a tenant that
 * has it already is the one that is meant. Never set it for a slug from a token.
 */
export type IdentityTenant =
  | {
      readonly external: string;
      readonly slug?: string;
      readonly name?: string;
      readonly configured?: true;
    }
  | { readonly local: string };

/** What a verified credential proves, in neutral words, before any rule of the app. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** `tenant`: the vendor gives one person another subject in each organization (Stytch). */
  readonly subjectScope: "global" | "tenant";
  readonly kind: "user" | "service";
  readonly tenant: IdentityTenant | null;
  /** Missing: unknown. Empty: none. */
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  readonly scopes?: readonly string[];
  /** The provider's session, for back-channel logout and revocation. */
  readonly sessionId?: string;
  readonly clientId?: string;
  readonly name?: string;
  readonly email?: { readonly value: string; readonly verified: boolean };
  readonly authentication: Authentication;
  readonly actors: readonly Actor[];
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}
