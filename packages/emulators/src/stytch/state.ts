/** How somebody proved who they are, as sessions list it. */
export interface Factor {
  readonly type: "magic_link" | "oauth" | "sso" | "totp" | "impersonated";
  readonly delivery_method: string;
  readonly last_authenticated_at: string;
  readonly [detail: string]: unknown;
}

/** A session of one person in one organization. */
export interface MemberSession {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly startedAtMs: number;
  lastAccessedAtMs: number;
  expiresAtMs: number;
  readonly factors: readonly Factor[];
  isRevoked: boolean;
}

/** Somebody who proved something, but is not signed in to any organization yet. */
export interface IntermediateSession {
  readonly userId: string;
  readonly factors: readonly Factor[];
  /** The organization that asked for more; null after discovery. */
  readonly tenantId: string | null;
  readonly expiresAtMs: number;
}

/** A value from a mail or a redirect, to be exchanged once. */
export interface OneTimeToken {
  readonly kind:
    | "magic_link"
    | "discovery_magic_link"
    | "oauth"
    | "discovery_oauth"
    | "sso"
    | "impersonation";
  readonly userId: string;
  /** Null in discovery. */
  readonly tenantId: string | null;
  readonly factor: Factor;
  readonly challenge: string | null;
  readonly expiresAtMs: number;
}

/** A browser at the emulator's sign-in page. */
export interface Attempt {
  readonly kind: "oauth" | "discovery_oauth" | "sso";
  readonly provider: string;
  readonly tenantId: string | null;
  readonly redirectUrl: string;
  readonly challenge: string | null;
  readonly loginHint: string | undefined;
}

/** A mail that was sent. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** What the mail's link leads to. */
  readonly link: string;
  readonly sentAtMs: number;
}

/** Where the link of a mail leads. */
export interface MailLink {
  readonly redirectUrl: string;
  readonly token: string;
  readonly tokenType: string;
}

/** What an organization asks of its members beyond the world. */
export interface OrganizationRules {
  readonly ssoRequired: boolean;
  readonly mfaRequired: boolean;
}

/** Everything that an emulator remembers besides the world. It dies with the process. */
export interface StytchState {
  readonly sessions: Map<string, MemberSession>;
  readonly intermediate: Map<string, IntermediateSession>;
  readonly tokens: Map<string, OneTimeToken>;
  readonly attempts: Map<string, Attempt>;
  readonly mails: Mail[];
  readonly mailLinks: Map<string, MailLink>;
  readonly rules: Map<string, OrganizationRules>;
  readonly externalIds: Map<string, string>;
  /** Machine clients that were switched off. */
  readonly inactiveMachines: Set<string>;
  /** Access tokens of Connected Apps that were revoked. */
  readonly revokedTokens: Set<string>;
}

/** Makes an empty state. */
export function createState(): StytchState {
  return {
    sessions: new Map(),
    intermediate: new Map(),
    tokens: new Map(),
    attempts: new Map(),
    mails: [],
    mailLinks: new Map(),
    rules: new Map(),
    externalIds: new Map(),
    inactiveMachines: new Set(),
    revokedTokens: new Set(),
  };
}

/** What an organization asks for. */
export function rulesOf({ rules }: StytchState, tenantId: string): OrganizationRules {
  return rules.get(tenantId) ?? { ssoRequired: false, mfaRequired: false };
}
