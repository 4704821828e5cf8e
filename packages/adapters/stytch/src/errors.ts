import { reject, type Rejection } from "@tenantry/core/provider";
import { isText } from "./claims.ts";

/** What became of a call to Stytch: its own "no", or no answer to be had. */
export type Failure =
  | { readonly kind: "refused"; readonly reason: string; readonly status: number }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterSeconds?: number };

/** Types that may be repeated in a log: a closed list, because the text is the vendor's. */
const REFUSALS = [
  "duplicate_member_email",
  "intermediate_session_not_found",
  "invalid_code",
  "invalid_email_address",
  "m2m_client_not_found",
  "magic_link_not_found",
  "member_not_found",
  "member_locked",
  "oauth_token_not_found",
  "organization_not_found",
  "organization_slug_already_used",
  "pkce_mismatch",
  "session_authorization_error",
  "session_not_found",
  "sso_connection_not_found",
  "unable_to_auth_magic_link",
  "unable_to_authenticate_otp_code",
  "unable_to_authenticate_recovery_code",
  "unable_to_authenticate_sms_otp",
  "unable_to_authenticate_totp",
  "unauthorized_action",
];

/** Our registration is wrong. It says nothing about the person, so it must not end their session. */
const OUR_TROUBLE = [
  "invalid_project_id",
  "no_match_for_provided_redirect_url",
  "project_not_found",
  "unauthorized_credentials",
  "unauthorized_public_token",
];

/** The limits are per minute, and answers do not say how much of it is left. */
const RATE_LIMIT_SECONDS = 60;

/**
 * What an exception of the SDK, of the network or of our own checks means, by the status first. What
 * is not understood is "could not find out". Recognised by its fields: the SDK's message is the whole
 * answer, and there may be two copies of its classes.
 *
 * @see {@link https://stytch.com/docs/b2b/api/errors Stytch: errors}
 */
export function failureOf(error: unknown): Failure {
  const { status_code: status, error_type: type } = (error ?? {}) as {
    readonly status_code?: unknown;
    readonly error_type?: unknown;
  };
  if (typeof status !== "number" || status < 400 || status >= 500) {
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
  if (status === 429) {
    const reason = "rate_limited_unavailable";
    return { kind: "unavailable", reason, retryAfterSeconds: RATE_LIMIT_SECONDS };
  }
  const word = isText(type) ? type : "";
  const isKnown = REFUSALS.includes(word);
  if (status === 408) return { kind: "unavailable", reason: "provider_unavailable" };
  if (OUR_TROUBLE.includes(word) || (status === 401 && !isKnown)) {
    return { kind: "unavailable", reason: "client_rejected_unavailable" };
  }
  return { kind: "refused", reason: isKnown ? word : "provider_refused", status };
}

/** An exception as a rejection, for parts that answer with results. */
export function rejectionOf(error: unknown): Rejection {
  const failure = failureOf(error);
  return failure.kind === "unavailable"
    ? reject(failure.reason, failure.retryAfterSeconds)
    : reject(failure.reason);
}
