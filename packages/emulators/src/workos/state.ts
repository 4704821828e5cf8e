/** A session at the vendor. Its `organizationId` is the one that was used last. */
export interface VendorSession {
  readonly id: string;
  readonly userId: string;
  organizationId: string | null;
  readonly method: string;
  readonly authTimeSeconds: number;
  readonly impersonator: Impersonator | null;
  status: "active" | "revoked";
  readonly createdAtMs: number;
  endedAtMs: number | null;
}

/** Who really sits in front of an impersonated session. */
export interface Impersonator {
  readonly email: string;
  readonly reason: string;
}

/** What a sign-in came to; it becomes a session when the code is exchanged. */
export interface SignedIn {
  readonly userId: string;
  readonly organizationId: string | null;
  readonly method: string;
  readonly authTimeSeconds: number;
  readonly impersonator: Impersonator | null;
}

/** An authorization code: good for one use, for ten minutes. */
export interface AuthorizationCode extends SignedIn {
  readonly challenge: string | null;
  readonly expiresAtMs: number;
}

/** A sign-in that waits for one more step. */
export interface PendingSignIn {
  readonly step: PendingStep;
  readonly signedIn: SignedIn;
  readonly expiresAtMs: number;
}

/** What the step asks for. */
export type PendingStep = "organization" | "email" | "mfa";

/** A browser that is at the sign-in pages. */
export interface Attempt {
  readonly query: URLSearchParams;
  /** `authkit` goes back with a code for `authenticate`, `connect` with one for `/oauth2/token`. */
  readonly purpose: "authkit" | "connect";
  userId: string | null;
  authTimeSeconds: number;
  /** Set when everything is chosen and only the person's consent to an OAuth client is missing. */
  consent: {
    readonly organizationId: string | null;
    /** What else the person has to choose on the page of consent. */
    readonly options?: readonly ConsentOption[];
  } | null;
  /** What they chose, for the token. */
  claims?: Readonly<Record<string, string>>;
}

/** A choice that an application has the vendor's page of consent offer. */
export interface ConsentOption {
  /** The claim of the access token that holds what was chosen. */
  readonly claim: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** An authorization that waits for the application to say who is there. */
export interface ExternalAuthorization {
  readonly query: URLSearchParams;
  readonly expiresAtMs: number;
  isCompleted: boolean;
}

/** A browser that is signed in at the vendor. */
export interface BrowserSession {
  readonly userId: string;
  readonly authTimeSeconds: number;
}

/** An API key that the vendor's customers' people or organizations own. */
export interface IssuedApiKey {
  readonly id: string;
  readonly value: string;
  readonly name: string;
  readonly organizationId: string;
  /** Null: the organization's own key. */
  readonly userId: string | null;
  readonly permissions: readonly string[];
  readonly expiresAtMs: number | null;
  lastUsedAtMs: number | null;
}

/** An invitation to an organization. */
export interface IssuedInvitation {
  readonly id: string;
  readonly email: string;
  readonly organizationId: string | null;
  readonly roleSlug: string | null;
  readonly token: string;
  readonly expiresAtMs: number;
  state: "pending" | "accepted" | "revoked";
  acceptedUserId: string | null;
}

/** What an organization has at the vendor and not in the world. */
export interface OrganizationExtras {
  readonly externalId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A code of an OAuth client at the AuthKit domain. */
export interface ConnectCode extends SignedIn {
  readonly claims: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly resource: string | null;
  readonly expiresAtMs: number;
}

/** A resource that Connect tokens can be for. */
export interface ResourceIndicator {
  readonly id: string;
  readonly uri: string;
  /** For clients that name none. */
  readonly isDefault: boolean;
}

/** A refresh token of an OAuth client. */
export interface ConnectGrant extends SignedIn {
  /** What was chosen on the page of consent besides the organization. */
  readonly claims: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly consentId: string;
  readonly scope: string;
  readonly audience: string;
}

/** Everything that an emulator remembers besides the world. It dies with the process. */
export interface WorkosState {
  readonly sessions: Map<string, VendorSession>;
  /** Unused refresh tokens, to the session each belongs to. */
  readonly refreshTokens: Map<string, string>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly pending: Map<string, PendingSignIn>;
  readonly attempts: Map<string, Attempt>;
  readonly browsers: Map<string, BrowserSession>;
  readonly apiKeys: Map<string, IssuedApiKey>;
  readonly invitations: Map<string, IssuedInvitation>;
  readonly organizations: Map<string, OrganizationExtras>;
  /** E-mail address to the code that was last sent there. */
  readonly mail: Map<string, string>;
  /** Challenges of second factors, to the person each is for. */
  readonly challenges: Map<string, string>;
  /** What applications call people, by the vendor's ids. */
  readonly externalIds: Map<string, string>;
  /** By the id that the application's Login URI gets. */
  readonly externalAuthorizations: Map<string, ExternalAuthorization>;
  /** Completed ones that the browser has not brought back, to the attempt each has become. */
  readonly continuations: Map<string, string>;
  readonly connectCodes: Map<string, ConnectCode>;
  readonly resources: Map<string, ResourceIndicator>;
  readonly connectRefreshTokens: Map<string, ConnectGrant>;
  /** Access tokens of the AuthKit domain, to their claims, for introspection. */
  readonly connectTokens: Map<string, Readonly<Record<string, unknown>>>;
}

/** Makes an empty state. */
export function createState(): WorkosState {
  return {
    sessions: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    pending: new Map(),
    attempts: new Map(),
    browsers: new Map(),
    apiKeys: new Map(),
    invitations: new Map(),
    organizations: new Map(),
    mail: new Map(),
    challenges: new Map(),
    externalIds: new Map(),
    externalAuthorizations: new Map(),
    continuations: new Map(),
    connectCodes: new Map(),
    resources: new Map(),
    connectRefreshTokens: new Map(),
    connectTokens: new Map(),
  };
}
