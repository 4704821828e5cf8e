import type { AcceptedKind, Authentication, Principal } from "../context.ts";
import type { Tenant } from "../directory/records.ts";
import type { AuthErrorCode } from "../errors.ts";

/** Whether a tenant that restricts sign-in methods accepts one that the provider does not tell. */
export type UnknownMethodRule = "accept" | "refuse";

/** The app's own answers where a tenant's policy meets silence. */
export interface PolicyRules {
  /**
   * For credentials of people. Default `refuse` for each: a provider that does not say how someone
   * signed in has not said that it was single sign-on. A tenant that lists `unknown` among its
   * methods accepts it anyway.
   */
  readonly unknownMethod?: Partial<
    Readonly<Record<Extract<AcceptedKind, "session" | "access" | "mcp">, UnknownMethodRule>>
  >;
  /** How far in the future a sign-in may seem to be, for clocks that differ. Default 60. */
  readonly clockToleranceSeconds?: number;
}

/** What step 5 looks at. */
export interface PolicyQuestion {
  readonly tenant: Pick<Tenant, "status" | "policy">;
  readonly principal: Pick<Principal, "kind">;
  readonly accepted: AcceptedKind;
  readonly authentication: Authentication;
  readonly nowMs: number;
  readonly rules?: PolicyRules;
}

/** Pass, or the public code with the reason for the log. */
export type PolicyVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: AuthErrorCode; readonly reason: string };

const PASS: PolicyVerdict = { ok: true };
const DEFAULT_TOLERANCE_SECONDS = 60;

/**
 * Whether the tenant accepts this way of signing in: status, method, second factor, age. Every rule
 * must pass, and what the provider does not say counts as not done.
 *
 * Services and API keys never sign in, so only the tenant's status applies to them. Whoever made an
 * API key had to pass the policy to make it.
 *
 * Codes: `tenant_suspended`, `tenant_not_found`, `sign_in_method_refused`, `mfa_required`,
 * `reauthentication_required`.
 */
export function checkPolicy(question: PolicyQuestion): PolicyVerdict {
  const status = checkStatus(question.tenant.status);
  if (!status.ok || isMachine(question)) return status;
  for (const check of [checkMethod, checkSecondFactor, checkAge]) {
    const verdict = check(question);
    if (!verdict.ok) return verdict;
  }
  return PASS;
}

function checkStatus(status: Tenant["status"]): PolicyVerdict {
  if (status === "active") return PASS;
  if (status === "suspended") return refuse("tenant_suspended", "tenant_suspended");
  // Deleted looks like absent, and so does a status that a store should not hold.
  return refuse("tenant_not_found", "tenant_deleted");
}

function isMachine({ principal, accepted }: PolicyQuestion): boolean {
  // SECURITY: a person's token stays a person's, even on a mount for machines.
  return principal.kind === "service" || accepted === "api_key";
}

function checkMethod({ tenant, accepted, authentication, rules }: PolicyQuestion): PolicyVerdict {
  const { methods } = tenant.policy;
  const { method } = authentication;
  if (methods === undefined || methods.includes(method)) return PASS;
  if (method === "unknown" && isPersonKind(accepted)) {
    if (rules?.unknownMethod?.[accepted] === "accept") return PASS;
    return refuse("sign_in_method_refused", "method_unknown");
  }
  return refuse("sign_in_method_refused", "method_refused");
}

function isPersonKind(accepted: AcceptedKind): accepted is "session" | "access" | "mcp" {
  return accepted === "session" || accepted === "access" || accepted === "mcp";
}

function checkSecondFactor({ tenant, authentication }: PolicyQuestion): PolicyVerdict {
  const { mfa = "optional" } = tenant.policy;
  // SECURITY: only `true` is a second factor; a missing value is not.
  if (mfa === "optional" || authentication.mfa === true) return PASS;
  return refuse("mfa_required", authentication.mfa === false ? "mfa_not_done" : "mfa_unknown");
}

function checkAge({ tenant, authentication, nowMs, rules }: PolicyQuestion): PolicyVerdict {
  const { maxSignInAgeSeconds } = tenant.policy;
  if (maxSignInAgeSeconds === undefined) return PASS;
  const { atMs } = authentication;
  if (atMs === undefined) return refuse("reauthentication_required", "sign_in_time_unknown");
  const ageSeconds = (nowMs - atMs) / 1000;
  const toleranceSeconds = rules?.clockToleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  // SECURITY: written so that NaN, from whichever side, refuses.
  if (ageSeconds >= -toleranceSeconds && ageSeconds <= maxSignInAgeSeconds) return PASS;
  return refuse("reauthentication_required", "sign_in_too_old");
}

function refuse(code: AuthErrorCode, reason: string): PolicyVerdict {
  return { ok: false, code, reason };
}
