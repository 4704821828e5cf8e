import { AuthError, type AuthErrorCode } from "./errors.ts";
import type { Reason, Rejection } from "./internal/result.ts";

/** Reasons with a public code of their own. Every other reason is "this credential is not accepted". */
const CODES: Readonly<Record<string, AuthErrorCode>> = {
  expired_only: "credential_expired",
  session_expired: "credential_expired",
  session_idle: "credential_expired",
  keys_unavailable: "provider_unavailable",
  provider_unavailable: "provider_unavailable",
  store_unavailable: "store_unavailable",
  account_unknown: "account_refused",
  account_inactive: "account_refused",
  tenant_unknown: "account_refused",
  machine_unbound: "tenant_required",
};

/**
 * The one place where an internal reason becomes a public code. "Could not find out" is always 503;
 * an unknown reason is always a refusal.
 */
export function codeFor(reason: Reason): AuthErrorCode {
  const code = Object.hasOwn(CODES, reason) ? CODES[reason] : undefined;
  if (code !== undefined) return code;
  return reason.endsWith("_unavailable") ? "provider_unavailable" : "credential_invalid";
}

/** The public error of a rejection. */
export function errorFor(rejection: Rejection): AuthError {
  const { reason, retryAfterSeconds } = rejection;
  return new AuthError(
    codeFor(reason),
    retryAfterSeconds === undefined ? { reason } : { reason, retryAfterSeconds },
  );
}
