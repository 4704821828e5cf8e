import type { FlowState } from "@tenantry/core/provider";

/** What a sign-in waits for. */
export type Awaits =
  /** One of our pages: an address, a code that was sent there, a choice, a phone, a second factor. */
  | "email"
  | "email_code"
  | "choice"
  | "phone"
  | "code"
  /** The browser, with a token of this type: the vendor's names. */
  | "discovery"
  | "discovery_oauth"
  | "multi_tenant_magic_links"
  | "oauth"
  | "sso";

/** What a sign-in remembers between two steps. Core seals it. */
export interface SignInState {
  readonly awaits: Awaits;
  readonly redirectUri: string;
  /** Proof key of this sign-in (RFC 7636); the same for each of its steps. */
  readonly verifier: string;
  /** The organization that was asked for, or chosen meanwhile; empty: none yet. */
  readonly organization: string;
  /** What was proved so far; empty: nothing. */
  readonly intermediate: string;
  /** The address that a code was sent to; empty: none. */
  readonly email: string;
  /** Whose second factor is asked for; empty: nobody's. */
  readonly member: string;
  readonly factor: "totp" | "sms" | "";
  /** When a fresh sign-in was asked for, in seconds; 0 otherwise. */
  readonly freshSince: number;
}

const AWAITS: readonly Awaits[] = [
  "email",
  "email_code",
  "choice",
  "phone",
  "code",
  "discovery",
  "discovery_oauth",
  "multi_tenant_magic_links",
  "oauth",
  "sso",
];
const TEXTS = [
  "redirectUri",
  "verifier",
  "organization",
  "intermediate",
  "email",
  "member",
] as const;

/** The state of a flow; null if it is none of ours. */
export function recall(state: FlowState): SignInState | null {
  const { awaits, factor, freshSince } = state;
  const isOurs =
    AWAITS.some((name) => name === awaits) &&
    TEXTS.every((name) => typeof state[name] === "string") &&
    (factor === "totp" || factor === "sms" || factor === "") &&
    typeof freshSince === "number";
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return isOurs ? (state as unknown as SignInState) : null;
}

/** The state as core keeps it. */
export function keep(state: SignInState): FlowState {
  return { ...state };
}
