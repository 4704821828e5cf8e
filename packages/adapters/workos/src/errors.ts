import { isFields, isText, type Fields } from "./claims.ts";

/** What became of a call to WorkOS: one more step, its "no", or no answer to be had. */
export type Failure =
  | { readonly kind: "step"; readonly step: string; readonly data: Fields }
  | {
      readonly kind: "refused";
      /** A tag for the log. Never the vendor's own words. */
      readonly reason: string;
      readonly status: number;
    }
  | {
      readonly kind: "unavailable";
      readonly reason: string;
      readonly retryAfterSeconds?: number;
    };

/**
 * Codes that mean "not yet": more is to be done
 * (https://workos.com/docs/reference/authkit/authentication-errors).
 */
const STEPS = [
  "organization_selection_required",
  "email_verification_required",
  "mfa_challenge",
  "mfa_enrollment",
  "sso_required",
  "organization_authentication_methods_required",
];

/** Codes that may be repeated in a log: a closed list, because the text is the vendor's. */
const REFUSALS = [
  "access_denied",
  "ambiguous_connection_selector",
  "application_consent_required",
  "authentication_method_not_allowed",
  "connection_invalid",
  "connection_unlinked",
  "domain_already_exists",
  "email_change_not_allowed",
  "email_not_available",
  "email_password_auth_disabled",
  "entity_not_found",
  "external_auth_session_already_completed",
  "invalid_credentials",
  "invalid_grant",
  "invalid_one_time_code",
  "invalid_organization_id",
  "invalid_pending_authentication_token",
  "invalid_request",
  "invalid_role",
  "invitation_cannot_be_used_for_email",
  "invitation_invalid",
  "one_time_code_expired",
  "organization_invalid",
  "organization_membership_not_found",
  "organization_not_found",
  "oauth_failed",
  "radar_challenge",
  "sign_up_not_allowed",
  "signin_consent_denied",
  "user_consent_options_not_supported",
];

/** Our registration is wrong. It says nothing about the person, so it must not end their session. */
const OUR_TROUBLE = ["invalid_client", "unauthorized_client", "token_too_big"];
const THEIR_TROUBLE = ["server_error", "temporarily_unavailable"];

/**
 * What an exception of the SDK, of the network or of our own checks means. What is not understood is
 * "could not find out". Recognised by its fields: the SDK may not be loaded, or be there twice.
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: "unavailable", reason: "provider_unavailable" };
  const {
    status,
    code,
    error: word,
    retryAfter,
    rawData,
  } = error as Error & {
    readonly status?: unknown;
    readonly code?: unknown;
    readonly error?: unknown;
    readonly retryAfter?: unknown;
    readonly rawData?: unknown;
  };
  if (typeof status !== "number") return { kind: "unavailable", reason: "provider_unavailable" };
  if (status === 429) {
    const seconds = typeof retryAfter === "number" && retryAfter >= 0 ? Math.ceil(retryAfter) : NaN;
    return {
      kind: "unavailable",
      reason: "rate_limited_unavailable",
      ...(Number.isFinite(seconds) ? { retryAfterSeconds: Math.min(seconds, 3600) } : {}),
    };
  }
  if (status === 408) return { kind: "unavailable", reason: "provider_timeout_unavailable" };
  if (status === 401) return { kind: "unavailable", reason: "client_rejected_unavailable" };
  if (status >= 500 || status < 400) return { kind: "unavailable", reason: "provider_unavailable" };
  return answerOf(isText(code) ? code : isText(word) ? word : "", {
    status,
    data: isFields(rawData) ? rawData : {},
  });
}

/** What the one word of an error answer means, at the API or in a callback. */
export function answerOf(
  word: string,
  about: { readonly status: number; readonly data: Fields },
): Failure {
  if (OUR_TROUBLE.includes(word)) {
    return { kind: "unavailable", reason: "client_rejected_unavailable" };
  }
  if (THEIR_TROUBLE.includes(word)) return { kind: "unavailable", reason: "provider_unavailable" };
  if (STEPS.includes(word)) return { kind: "step", step: word, data: about.data };
  // A bare 403 is about the rights of our key.
  if (word === "" && about.status === 403) {
    return { kind: "unavailable", reason: "client_rejected_unavailable" };
  }
  // SECURITY: WorkOS's own 404 has a code (`entity_not_found`). One without it is a gateway's, or a
  // wrong address, and says nothing about anybody: taken for an end it would remove people.
  if (word === "" && about.status === 404) {
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
  const reason = REFUSALS.includes(word) ? word : "provider_refused";
  return { kind: "refused", reason, status: about.status };
}

/** A failure that no further step of a sign-in follows. */
export function stepOf(failure: Failure): {
  readonly kind: "refused" | "unavailable";
  readonly reason: string;
} {
  if (failure.kind === "step") return { kind: "refused", reason: failure.step };
  return { kind: failure.kind, reason: failure.reason };
}
