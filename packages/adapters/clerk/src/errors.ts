import { reject, type Rejection } from "@tenantry/core/provider";

/** What became of a call to Clerk: its own "no", or no answer to be had. */
export type Failure =
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

/** Error codes that may be repeated in a log: a closed list, because the text is the vendor's. */
const KNOWN = [
  "access_denied",
  "consent_required",
  "form_identifier_exists",
  "form_param_format_invalid",
  "form_param_value_invalid",
  "interaction_required",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "login_required",
  "organization_membership_quota_exceeded",
  "resource_not_found",
  "token-invalid",
];
/** Our registration is wrong. It says nothing about the person, so it must not end their session. */
const OUR_TROUBLE = ["invalid_client", "unauthorized_client"];
/** The authorization server's own troubles (RFC 6749 §4.1.2.1). */
const THEIR_TROUBLE = ["server_error", "temporarily_unavailable"];

/** Refusals by `openid-client` itself: the answer came, and it is not one for this request. */
const REFUSED_CODES: Readonly<Record<string, string>> = {
  OAUTH_INVALID_RESPONSE: "response_invalid",
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: "id_token_claim_mismatch",
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: "id_token_expired",
  OAUTH_UNSUPPORTED_OPERATION: "id_token_unsupported",
};

const MAX_WAIT_SECONDS = 3600;

/**
 * What an exception of the SDK, of `openid-client`, of the network or of our own checks means. What
 * is not understood is "could not find out". Recognised by its fields: there may be two copies of a
 * library's classes.
 *
 * @see {@link https://clerk.com/docs/guides/how-clerk-works/system-limits Clerk: system limits}
 */
export function failureOf(error: unknown): Failure {
  const { status, errors, retryAfter, code, error: word, response } = (error ?? {}) as Thrown;
  if (typeof code === "string" && Object.hasOwn(REFUSED_CODES, code)) {
    return { kind: "refused", reason: REFUSED_CODES[code] ?? "response_invalid", status: 400 };
  }
  const answer = response instanceof Response ? response : responseWithin(error);
  // A browser that comes back with an error brings no status. An answer that the library could not
  // read says no more than that we were too fast.
  const isCallback = code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR";
  const answered = isCallback ? 400 : (status ?? (answer?.status === 429 ? 429 : undefined));
  if (typeof answered !== "number" || answered < 400 || answered >= 500) {
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
  if (answered === 429) {
    return {
      kind: "unavailable",
      reason: "rate_limited_unavailable",
      ...wait(retryAfter, answer),
    };
  }
  if (answered === 408) return { kind: "unavailable", reason: "provider_timeout_unavailable" };
  const name = typeof word === "string" ? word : codeOf(errors);
  if (answered === 401 || answered === 403 || OUR_TROUBLE.includes(name)) {
    return { kind: "unavailable", reason: "client_rejected_unavailable" };
  }
  // SECURITY: Clerk's own 404 has a code. One without it is a gateway's, or a wrong address, and says
  // nothing about anybody: taken for an end it would remove people.
  if (answered === 404 && name === "") {
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
  if (THEIR_TROUBLE.includes(name)) return { kind: "unavailable", reason: "provider_unavailable" };
  const reason = KNOWN.includes(name) ? name : "provider_refused";
  return { kind: "refused", reason, status: answered };
}

/** An exception as a rejection, for parts that answer with results. */
export function rejectionOf(error: unknown): Rejection {
  const failure = failureOf(error);
  return failure.kind === "unavailable"
    ? reject(failure.reason, failure.retryAfterSeconds)
    : reject(failure.reason);
}

/** Whether Clerk says that there is no such thing. */
export function isAbsent(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === "refused" && failure.status === 404;
}

/** An answer that is not what the documentation says. It means "could not find out". */
export class ResponseMalformed extends Error {
  constructor() {
    super("Clerk answered in a shape that its documentation does not have.");
    this.name = "ResponseMalformed";
  }
}

interface Thrown {
  readonly status?: unknown;
  readonly errors?: unknown;
  readonly retryAfter?: unknown;
  readonly code?: unknown;
  readonly error?: unknown;
  readonly response?: unknown;
}

function codeOf(errors: unknown): string {
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const { code } = (first ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}

/** The answer that `openid-client` found no error object in. */
function responseWithin(error: unknown): Response | null {
  let cause: unknown = error;
  for (let depth = 0; depth < 3 && cause instanceof Error; depth += 1) cause = cause.cause;
  return cause instanceof Response ? cause : null;
}

function wait(
  retryAfter: unknown,
  answer: Response | null,
): { readonly retryAfterSeconds?: number } {
  const text = answer?.headers.get("retry-after") ?? null;
  const seconds = typeof retryAfter === "number" ? retryAfter : Number(text ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? { retryAfterSeconds: Math.min(Math.ceil(seconds), MAX_WAIT_SECONDS) }
    : {};
}
