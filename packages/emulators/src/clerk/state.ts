/** A browser that the front end knows, with its sessions. */
export interface ClerkClient {
  readonly id: string;
  /** What the long-lived `__client` cookie, or the development browser, presents. */
  readonly token: string;
  sessionId: string | null;
}

/** A session at the vendor. */
export interface ClerkSession {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  /** The organization that its tokens stand for. */
  organizationId: string | null;
  status: "active" | "pending" | "revoked" | "ended";
  readonly actor: ClerkActor | null;
  readonly createdAtMs: number;
  /** What the `__refresh` cookie holds, good for once; null: the browser has no such cookie. */
  refreshToken: string | null;
}

/** Who really sits in front of an impersonated session. */
export interface ClerkActor {
  readonly sub: string;
}

/** A browser on its way through an OAuth authorization. */
export interface Attempt {
  readonly query: URLSearchParams;
  readonly purpose: "oauth" | "portal";
  userId: string | null;
  /** Set when everything is chosen and only the person's consent to an OAuth client is missing. */
  consent: { readonly organizationId: string | null } | null;
}

/** What a person has granted to an OAuth application. */
export interface Grant {
  readonly userId: string;
  readonly clientId: string;
  readonly organizationId: string | null;
  readonly scope: string;
  readonly nonce: string | null;
  /** All that descends from one authorization, so that a stolen refresh token ends it. */
  readonly family: string;
}

/** An authorization code: good for one use, for ten minutes. */
export interface AuthorizationCode extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly expiresAtMs: number;
}

/** An access token that was issued, by its value. */
export interface IssuedAccessToken extends Grant {
  readonly id: string;
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
}

/** An API key of a person or an organization. */
export interface IssuedApiKey {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly createdBy: string | null;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  revoked: boolean;
}

/** An opaque token of a machine. */
export interface IssuedMachineToken {
  readonly id: string;
  readonly token: string;
  readonly subject: string;
  /** The machines that it may talk to. */
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  revoked: boolean;
}

/** An invitation to an organization. */
export interface IssuedInvitation {
  readonly id: string;
  readonly email: string;
  readonly organizationId: string;
  readonly role: string;
  readonly createdAtMs: number;
  status: "pending" | "accepted" | "revoked";
}

/** Everything that an emulator remembers besides the world. It dies with the process. */
export interface ClerkState {
  readonly clients: Map<string, ClerkClient>;
  readonly sessions: Map<string, ClerkSession>;
  readonly attempts: Map<string, Attempt>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly accessTokens: Map<string, IssuedAccessToken>;
  readonly refreshTokens: Map<string, Grant>;
  /** Refresh tokens that were used up, to notice a copy. */
  readonly usedRefreshTokens: Map<string, Grant>;
  readonly apiKeys: Map<string, IssuedApiKey>;
  readonly machineTokens: Map<string, IssuedMachineToken>;
  readonly invitations: Map<string, IssuedInvitation>;
  /** Cookies to set, by the nonce of a handshake; each works once. */
  readonly handshakes: Map<string, readonly string[]>;
  /** People whom directory sync has locked out. */
  readonly deprovisioned: Set<string>;
}

/** Makes an empty state. */
export function createState(): ClerkState {
  return {
    clients: new Map(),
    sessions: new Map(),
    attempts: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    usedRefreshTokens: new Map(),
    apiKeys: new Map(),
    machineTokens: new Map(),
    invitations: new Map(),
    handshakes: new Map(),
    deprovisioned: new Set(),
  };
}
