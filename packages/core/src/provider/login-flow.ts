import type { Rejection, Result } from "../internal/result.ts";
import type { Identity, IdentityTenant, TokenProfile, SignedToken } from "../tokens/profile.ts";

/** JSON that an adapter keeps between two steps of one login. Core seals it into the flow's cookie. */
export type FlowState = Readonly<Record<string, string | number | boolean | null>>;

/** A field of a default page. */
export interface PromptField {
  readonly name: string;
  readonly label: string;
  readonly type: "email" | "text" | "otp" | "password";
  readonly autocomplete?: string;
}

/** A tenant that a person may choose during login, in the vendor's words. */
export interface TenantChoice {
  readonly external: string;
  readonly name: string;
  readonly slug?: string;
  /** The vendor will ask for another sign-in step for this one (Stytch: `primary_required`). */
  readonly needsStepUp?: boolean;
}

/** A membership that the vendor attested during login. */
export interface AttestedMembership {
  readonly tenant: Extract<IdentityTenant, { external: string }>;
  readonly roles?: readonly string[];
  /**
   * The person's subject in that tenant, at a vendor that gives them another in each. Only if the
   * vendor itself says in this very act that the two are one person: it links them for good.
   */
  readonly subject?: string;
}

/** The vendor's tokens, kept by core in the session store (never in a cookie, context or log). */
export interface VendorTokens {
  readonly refreshToken?: string;
  /** When the access token ends, in seconds: core refreshes shortly before. */
  readonly refreshAtSeconds?: number;
  /** Needed as a hint for RP-initiated logout. */
  readonly idToken?: string;
}

/** One step of a login. The adapter decides which, core carries it out. */
export type LoginStep =
  | { readonly kind: "redirect"; readonly location: string; readonly state: FlowState }
  | {
      readonly kind: "prompt";
      readonly title: string;
      /** What to read before the fields, a paragraph each: plain text. */
      readonly text?: readonly string[];
      readonly fields: readonly PromptField[];
      readonly state: FlowState;
    }
  | {
      readonly kind: "chooseTenant";
      readonly choices: readonly TenantChoice[];
      readonly state: FlowState;
    }
  | { readonly kind: "checkMail"; readonly email: string; readonly state: FlowState }
  | {
      readonly kind: "stepUp";
      readonly reason: "sso" | "mfa" | "reauthenticate";
      readonly location: string;
      readonly state: FlowState;
    }
  | {
      readonly kind: "done";
      readonly identity: Identity;
      readonly tokens?: VendorTokens;
      /** Other memberships the vendor attested. `complete`: one that is missing here is gone. */
      readonly memberships?: {
        readonly items: readonly AttestedMembership[];
        readonly complete: boolean;
      };
    }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string };

/** A customer's own connection with its secrets opened, as an adapter sees it. */
export interface OpenConnection {
  readonly id: string;
  /** The one tenant that everybody who signs in through this connection belongs to. */
  readonly tenantId: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly emailDomains: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What core lends an adapter for one call. */
export interface ProviderTools {
  nowMs(): number;
  /** The stored, enabled connections of this provider instance. Throws when the store cannot answer. */
  readonly connections: {
    get(id: string): Promise<OpenConnection | null>;
    byIssuer(issuer: string): Promise<readonly OpenConnection[]>;
  };
  /** Verifies a token against one profile, with the same engine as every request. */
  verify(token: string, profile: TokenProfile): Promise<Result<VerifiedToken>>;
}

/** A token that passed signature and rules, with what its profile read from it. */
export interface VerifiedToken {
  readonly identity: Identity;
  readonly token: SignedToken;
}

/** A login to begin. */
export interface LoginStart {
  /** Goes out as `state` and comes back; 256 random bits, bound by core to this browser. */
  readonly flowId: string;
  readonly redirectUri: string;
  /** The connection core has chosen: from the tenant, the e-mail domain or the configuration. */
  readonly connectionId?: string;
  /** The tenant that was asked for. Name it to the vendor where it can take it; core compares the answer. */
  readonly tenant?: Extract<IdentityTenant, { external: string }>;
  readonly loginHint?: string;
  /** Ask the person again even if the vendor knows them. */
  readonly reauthenticate?: boolean;
}

/** A login that comes back: by redirect (query) or by one of core's default pages (form). */
export interface LoginResume {
  readonly flowId: string;
  readonly redirectUri: string;
  readonly connectionId?: string;
  /** The callback address, rebuilt on the configured base URL; never from a Host header. */
  readonly url: URL;
  readonly form?: Readonly<Record<string, string>>;
  readonly state: FlowState;
}

/** A vendor session to renew. */
export interface RefreshRequest {
  readonly refreshToken: string;
  readonly connectionId?: string;
  /** Name it to the vendor where it can take it; core compares the answer with it. */
  readonly tenant?: Extract<IdentityTenant, { external: string }>;
}

/**
 * The vendor's answer to a refresh. Only `ended` ends our session. `identity` is null when the vendor
 * renewed its tokens without saying anything new about the person: what was known stays known.
 */
export type RefreshAnswer =
  | {
      readonly kind: "refreshed";
      readonly identity: Identity | null;
      readonly tokens: VendorTokens;
    }
  | { readonly kind: "ended"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterSeconds?: number };

/** What a verified back-channel logout token says (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export interface LogoutNotice {
  readonly issuer: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
}

/** Signing in with a vendor, as a state machine. */
export interface LoginFlow {
  start(request: LoginStart, tools: ProviderTools): Promise<LoginStep>;
  resume(answer: LoginResume, tools: ProviderTools): Promise<LoginStep>;
  /** Reads the flow id from a callback address. Default: the `state` query parameter. */
  flowId?(url: URL): string | null;
  refresh?(request: RefreshRequest, tools: ProviderTools): Promise<RefreshAnswer>;
  /**
   * Ends the vendor's session by a call, at a vendor that has no place to send the browser to. Core
   * asks at sign-out, after our own session has ended; a throw is logged and changes nothing.
   */
  endSession?(request: { readonly sessionId: string }, tools: ProviderTools): Promise<void>;
  /** Where to send the browser to end the vendor's session, or null if the vendor has no such place. */
  endSessionUrl?(
    request: {
      readonly idToken?: string;
      readonly sessionId?: string;
      readonly connectionId?: string;
      readonly returnUrl: string;
    },
    tools: ProviderTools,
  ): Promise<string | null>;
  backchannelLogout?(
    request: { readonly logoutToken: string; readonly connectionId?: string },
    tools: ProviderTools,
  ): Promise<Result<LogoutNotice> | Rejection>;
}
