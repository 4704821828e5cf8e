/** How a 401 or 403 names itself in `WWW-Authenticate` (RFC 6750 §3). */
export type Challenge =
  | "none"
  | "bare"
  | "invalid_request"
  | "invalid_token"
  | "insufficient_scope";

/** What a person in a browser sees: sign in, choose the other tenant, or a page that explains. */
export type BrowserAnswer = "sign_in" | "switch" | "page";

/** One row of the public error table. */
export interface ErrorDefinition {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 500 | 503;
  readonly challenge: Challenge;
  readonly browser: BrowserAnswer;
  /** The same request may succeed later without any change. */
  readonly retryable: boolean;
  /** The only text that reaches the client. It says what to do and never why in detail. */
  readonly message: string;
}

/**
 * The closed public table: every error a client can see. Adding a code is a minor change, changing
 * the meaning of one is major. `docs/errors.md` is generated from it.
 */
export const ERRORS = {
  credential_missing: {
    status: 401,
    challenge: "bare",
    browser: "sign_in",
    retryable: false,
    message: "Sign in, or send a bearer token in the Authorization header.",
  },
  credential_malformed: {
    status: 400,
    challenge: "invalid_request",
    browser: "page",
    retryable: false,
    message:
      "Send exactly one credential: one Authorization header with one Bearer token, or one session cookie.",
  },
  credential_invalid: {
    status: 401,
    challenge: "invalid_token",
    browser: "sign_in",
    retryable: false,
    message: "This credential is not accepted here. Obtain a new one.",
  },
  credential_expired: {
    status: 401,
    challenge: "invalid_token",
    browser: "sign_in",
    retryable: false,
    message: "This credential has expired. Obtain a new one.",
  },
  reauthentication_required: {
    status: 401,
    challenge: "bare",
    browser: "sign_in",
    retryable: false,
    message: "This organization asks for a more recent sign-in. Sign in again.",
  },
  csrf_refused: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This request did not come from this site's own pages. Open the page again and retry.",
  },
  permission_denied: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "Your role in this organization does not allow this.",
  },
  scope_insufficient: {
    status: 403,
    challenge: "insufficient_scope",
    browser: "page",
    retryable: false,
    message: "This token was not granted the scope that this needs. Request it and retry.",
  },
  tenant_required: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This needs an organization, and this credential stands for none.",
  },
  tenant_switch_required: {
    status: 403,
    challenge: "none",
    browser: "switch",
    retryable: false,
    message: "You are signed in to another organization. Switch to this one first.",
  },
  tenant_mismatch: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message:
      "You signed in to another organization than the one asked for. Sign in again and choose that one.",
  },
  tenant_suspended: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This organization is suspended. Ask its administrator.",
  },
  tenant_not_found: {
    status: 404,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "There is nothing here, or it is not yours to see.",
  },
  sign_in_method_refused: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This organization does not accept this way of signing in. Use its single sign-on.",
  },
  mfa_required: {
    status: 403,
    challenge: "none",
    browser: "sign_in",
    retryable: false,
    message:
      "This organization asks for multi-factor authentication. Sign in with a second factor.",
  },
  account_refused: {
    status: 403,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This account may not be used here. Ask your administrator to invite you.",
  },
  sign_in_failed: {
    status: 400,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "The sign-in did not complete. Start it again.",
  },
  request_invalid: {
    status: 400,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "The request is incomplete or malformed.",
  },
  route_not_found: {
    status: 404,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "There is nothing here, or it is not yours to see.",
  },
  method_not_allowed: {
    status: 405,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "This address does not answer this method.",
  },
  body_too_large: {
    status: 413,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "The request body is too large.",
  },
  misconfigured: {
    status: 500,
    challenge: "none",
    browser: "page",
    retryable: false,
    message: "The server is not set up correctly. Its operator finds the reason in the log.",
  },
  provider_unavailable: {
    status: 503,
    challenge: "none",
    browser: "page",
    retryable: true,
    message: "The identity provider cannot be reached. Try again in a moment.",
  },
  store_unavailable: {
    status: 503,
    challenge: "none",
    browser: "page",
    retryable: true,
    message: "The service cannot check your access right now. Try again in a moment.",
  },
} as const satisfies Record<string, ErrorDefinition>;

/** A public error code. Switch on it and keep a `default`: minor versions may add codes. */
export type AuthErrorCode = keyof typeof ERRORS;

/** What may accompany an error: where to go, what to ask for, and the reason for the log. */
export interface AuthErrorDetails {
  /** Internal, tagged reason. It goes to logs and never to a client. */
  readonly reason?: string;
  /** Scopes that would satisfy the request, for the `insufficient_scope` challenge (RFC 6750 §3). */
  readonly scopes?: readonly string[];
  /** The tenant to switch to, for `tenant_switch_required`. Only ever one of the caller's own. */
  readonly switchTo?: { readonly slug: string; readonly name: string };
  readonly retryAfterSeconds?: number;
}

const MARK = Symbol.for("@tenantry/core/AuthError");

/** An error a client may see. Recognise it with {@link AuthError.is}, read `code`. */
export class AuthError extends Error {
  readonly code: AuthErrorCode;
  readonly status: number;
  readonly details: AuthErrorDetails;

  constructor(code: AuthErrorCode, details: AuthErrorDetails = {}) {
    super(ERRORS[code].message);
    this.name = "AuthError";
    this.code = code;
    this.status = ERRORS[code].status;
    this.details = details;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for an `AuthError` of any copy of this package: two copies in one process break `instanceof`. */
  static is(value: unknown): value is AuthError {
    return typeof value === "object" && value !== null && MARK in value;
  }
}
