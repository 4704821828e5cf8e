import { createConnectedAppState, type ConnectedAppState } from "./connect/grants.ts";

/** How somebody proved who they are, as sessions list it. */
export interface Factor {
  readonly type:
    | "magic_link"
    | "email_otp"
    | "oauth"
    | "sso"
    | "totp"
    | "otp"
    | "recovery_codes"
    | "impersonated";
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

/** A code that was sent, to a phone or to an e-mail address. */
export interface SentCode {
  readonly to: string;
  readonly code: string;
  readonly sentAtMs: number;
}

/** The vendor's words for second factors. */
export type MfaMethod = "totp" | "sms_otp";

/** What an organization asks of its members beyond the world. */
export interface OrganizationRules {
  /** `allowed_auth_methods`, such as `sso` or `email_otp`. Null: all. */
  readonly authMethods: readonly string[] | null;
  readonly mfaRequired: boolean;
  /** `allowed_mfa_methods`. Null: all. */
  readonly mfaMethods: readonly MfaMethod[] | null;
  /** Roles that only a session with SSO has. */
  readonly ssoRoles: readonly string[];
}

/** What a member has besides the world. */
export interface MemberExtras {
  /** Whether there is an authenticator app. */
  readonly totp: boolean;
  /** For codes by SMS. */
  readonly phone: string | null;
  readonly preferred: MfaMethod;
  /** Asked for a second factor even where the organization does not ask. */
  readonly isEnrolled: boolean;
  /** Exempt from the organization's `authMethods`. */
  readonly isBreakglass: boolean;
  /** Roles that only their organization has. */
  readonly customRoles: readonly string[];
}

/** A role of one organization (https://stytch.com/docs/b2b/guides/rbac/overview). */
export interface OrganizationRole {
  readonly role_id: string;
  readonly description: string;
  readonly permissions: readonly {
    readonly resource_id: string;
    readonly actions: readonly string[];
  }[];
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
  /** By organization. */
  readonly organizationRoles: Map<string, readonly OrganizationRole[]>;
  /** By member id. */
  readonly extras: Map<string, MemberExtras>;
  readonly sentCodes: SentCode[];
  /** Phones that a code was sent to, by member id; not theirs before a right code. */
  readonly phones: Map<string, string>;
  /** The newest code for each purpose. */
  readonly codes: Map<string, { readonly code: string; readonly expiresAtMs: number }>;
  /** By member id: each is good for once. */
  readonly recoveryCodes: Map<string, Set<string>>;
  /** Wrong codes of an intermediate session. */
  readonly wrongCodes: Map<string, number>;
  /** Ids of members who were invited and have not come yet. */
  readonly invited: Set<string>;
  readonly externalIds: Map<string, string>;
  readonly machineNames: Map<string, string>;
  /** Secrets of machine clients whose rotation has begun. */
  readonly nextSecrets: Map<string, string>;
  /** Machine clients that were switched off. */
  readonly inactiveMachines: Set<string>;
  /** Access tokens of Connected Apps that were revoked. */
  readonly revokedTokens: Set<string>;
  readonly connectedApps: ConnectedAppState;
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
    organizationRoles: new Map(),
    extras: new Map(),
    sentCodes: [],
    phones: new Map(),
    codes: new Map(),
    recoveryCodes: new Map(),
    wrongCodes: new Map(),
    invited: new Set(),
    externalIds: new Map(),
    machineNames: new Map(),
    nextSecrets: new Map(),
    inactiveMachines: new Set(),
    revokedTokens: new Set(),
    connectedApps: createConnectedAppState(),
  };
}

/** What an organization asks for. */
export function rulesOf({ rules }: StytchState, tenantId: string): OrganizationRules {
  return (
    rules.get(tenantId) ?? { authMethods: null, mfaRequired: false, mfaMethods: null, ssoRoles: [] }
  );
}

/** What a member has. Without a word about it: an authenticator app. */
export function extrasOf({ extras }: StytchState, memberId: string): MemberExtras {
  return (
    extras.get(memberId) ?? {
      totp: true,
      phone: null,
      preferred: "totp",
      isEnrolled: false,
      isBreakglass: false,
      customRoles: [],
    }
  );
}
