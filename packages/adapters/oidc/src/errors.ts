/** A stored connection that cannot be used as it is. Its message holds nothing of the row. */
export class ConnectionInvalid extends Error {
  readonly reason: "connection_invalid" | "connection_issuer_reserved";

  constructor(reason: ConnectionInvalid["reason"]) {
    super(reason);
    this.name = "ConnectionInvalid";
    this.reason = reason;
  }
}

/** Metadata that could not be fetched or is not what it must be. */
export class MetadataUnavailable extends Error {
  readonly reason:
    | "metadata_unreachable"
    /** The guard against server-side request forgery refused its address. */
    | "metadata_address_refused"
    | "metadata_malformed"
    | "metadata_issuer_mismatch";

  constructor(reason: MetadataUnavailable["reason"]) {
    super(reason);
    this.name = "MetadataUnavailable";
    this.reason = reason;
  }
}

/** The issuer and our options disagree about requests by the back channel (RFC 9126). */
export class PushedRequestImpossible extends Error {
  readonly reason: "pushed_requests_required" | "pushed_requests_not_offered";

  constructor(reason: PushedRequestImpossible["reason"]) {
    super(reason);
    this.name = "PushedRequestImpossible";
    this.reason = reason;
  }
}

/** What became of a call to the issuer: its own "no", or no answer to be had. */
export interface Failure {
  readonly kind: "refused" | "unavailable";
  /** A tag for the log. Never the issuer's own words. */
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** The issuer's own troubles, in an error response (RFC 6749 §4.1.2.1). */
const THEIR_TROUBLE = ["temporarily_unavailable", "server_error"];
/** Our registration is wrong. It says nothing about the person, so it must not end their session. */
const OUR_TROUBLE = ["invalid_client", "unauthorized_client"];
/** Error codes that may be repeated in a log: a closed list, because the text is the issuer's. */
const KNOWN = [
  "access_denied",
  "account_selection_required",
  "consent_required",
  "interaction_required",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "invalid_target",
  "login_required",
  "unmet_authentication_requirements",
  "unsupported_grant_type",
  "unsupported_token_type",
];

/** Refusals by `openid-client` itself: the answer came, and it is not one for this request. */
const REFUSED_CODES: Readonly<Record<string, string>> = {
  OAUTH_INVALID_RESPONSE: "response_invalid",
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: "id_token_claim_mismatch",
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: "id_token_expired",
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: "response_attribute_mismatch",
  OAUTH_UNSUPPORTED_OPERATION: "id_token_unsupported",
};

/**
 * What an exception of `openid-client`, of the network or of our own checks means. What is not
 * understood is "could not find out".
 */
export function failureOf(error: unknown): Failure {
  if (
    error instanceof ConnectionInvalid ||
    error instanceof MetadataUnavailable ||
    error instanceof PushedRequestImpossible
  ) {
    return { kind: "unavailable", reason: error.reason };
  }
  if (!(error instanceof Error)) return { kind: "unavailable", reason: "provider_unavailable" };
  const {
    code,
    error: word,
    status,
  } = error as Error & {
    readonly code?: unknown;
    readonly error?: unknown;
    readonly status?: unknown;
  };
  switch (code) {
    case "OAUTH_AUTHORIZATION_RESPONSE_ERROR":
      return answerOf(word, 400);
    case "OAUTH_RESPONSE_BODY_ERROR":
      return { ...answerOf(word, status), ...retryAfter(error) };
    case "OAUTH_WWW_AUTHENTICATE_CHALLENGE":
      return { kind: "unavailable", reason: "client_rejected" };
    case "OAUTH_TIMEOUT":
    case "OAUTH_ABORT":
      return { kind: "unavailable", reason: "provider_timeout" };
    default: {
      const refused =
        typeof code === "string" && Object.hasOwn(REFUSED_CODES, code)
          ? REFUSED_CODES[code]
          : undefined;
      if (refused !== undefined) return { kind: "refused", reason: refused };
      return { kind: "unavailable", reason: "provider_unavailable" };
    }
  }
}

function answerOf(word: unknown, status: unknown): Failure {
  const isServerError = typeof status === "number" && (status >= 500 || status === 429);
  if (typeof word !== "string") return { kind: "unavailable", reason: "provider_unavailable" };
  if (isServerError || THEIR_TROUBLE.includes(word)) {
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
  if (OUR_TROUBLE.includes(word)) return { kind: "unavailable", reason: "client_rejected" };
  return { kind: "refused", reason: KNOWN.includes(word) ? word : "provider_refused" };
}

/** How long an answer asks to wait, if it does so in seconds (RFC 9110 §10.2.3). */
export function retryAfter(of: object): { readonly retryAfterSeconds?: number } {
  const response = "response" in of ? of.response : undefined;
  const text = (response instanceof Response && response.headers.get("retry-after")?.trim()) || "";
  return /^\d{1,5}$/.test(text) ? { retryAfterSeconds: Number(text) } : {};
}
