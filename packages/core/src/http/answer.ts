import { ERRORS, type AuthError } from "../errors.ts";
import type { AuthRequest } from "../request/request.ts";
import { errorView, renderPage, type LoginPages, type PageLink } from "../sessions/pages/pages.ts";

/** A whole response in neutral words. Header names are lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What rendering needs to know about the app. */
export interface AnswerFacts {
  readonly authPath: string;
  readonly pages: LoginPages;
  /** The tenant the request names, for the sign-in that follows. */
  readonly tenantHint?: string | undefined;
}

/**
 * Headers of every response that depends on who asks: shared caches must not keep it, and a cache
 * that does must not mix people up (RFC 9111 §5.2.2, RFC 9110 §12.5.5).
 */
export const PRIVATE_HEADERS: readonly (readonly [string, string])[] = Object.freeze([
  ["cache-control", "private, no-store"],
  ["vary", "Cookie, Authorization, Accept"],
] as const);

/** Turns a refusal into a response: a redirect or a page for a person in a browser, JSON for a program. */
export function answerRefusal(
  error: AuthError,
  request: AuthRequest,
  facts: AnswerFacts,
): HttpAnswer {
  const page = wantsPage(request);
  if (page && isNavigation(request)) {
    const elsewhere = redirectFor(error, request, facts);
    if (elsewhere !== null) {
      return { status: 303, headers: [...PRIVATE_HEADERS, ["location", elsewhere]], body: "" };
    }
  }
  const headers: (readonly [string, string])[] = [...PRIVATE_HEADERS, ...challenge(error)];
  const { retryAfterSeconds } = error.details;
  // A vendor's own header may have been no number.
  if (retryAfterSeconds !== undefined && Number.isFinite(retryAfterSeconds)) {
    headers.push(["retry-after", String(Math.max(1, Math.ceil(retryAfterSeconds)))]);
  }
  if (page) {
    const rendered = renderPage(errorView(error.code, wayOn(error, request, facts)), facts.pages);
    for (const [name, value] of Object.entries(rendered.headers)) {
      if (name !== "vary" && name !== "cache-control") headers.push([name, value]);
    }
    return { status: error.status, headers, body: rendered.body };
  }
  headers.push(["content-type", "application/json; charset=utf-8"]);
  headers.push(["x-content-type-options", "nosniff"]);
  return { status: error.status, headers, body: JSON.stringify(errorBody(error)) };
}

/** The JSON form of an error: `{"error": {"code", "message", …}}`. */
export function errorBody(error: AuthError): {
  readonly error: Readonly<Record<string, unknown>>;
} {
  const { switchTo, scopes } = error.details;
  return {
    error: {
      code: error.code,
      message: ERRORS[error.code].message,
      ...(switchTo === undefined ? {} : { switchTo }),
      ...(scopes === undefined ? {} : { scopes }),
    },
  };
}

/** `WWW-Authenticate` for an error. Without any credential it names no error (RFC 6750 §3.1). */
function challenge(error: AuthError): (readonly [string, string])[] {
  const kind = ERRORS[error.code].challenge;
  if (kind === "none") return [];
  if (kind === "bare") return [["www-authenticate", "Bearer"]];
  const scope = (error.details.scopes ?? []).filter((name) =>
    /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name),
  );
  const asked = scope.length > 0 ? `, scope="${scope.join(" ")}"` : "";
  return [["www-authenticate", `Bearer error="${kind}"${asked}`]];
}

/** The link on an error page: where `redirectFor` would have gone, for requests it cannot redirect. */
function wayOn(error: AuthError, request: AuthRequest, facts: AnswerFacts): PageLink | null {
  const href = redirectFor(error, { ...request, target: "/" }, facts);
  if (href === null) return null;
  return { href, label: ERRORS[error.code].browser === "switch" ? "Switch" : "Sign in" };
}

function redirectFor(error: AuthError, request: AuthRequest, facts: AnswerFacts): string | null {
  const { browser } = ERRORS[error.code];
  const query = new URLSearchParams();
  if (browser === "sign_in") {
    if (facts.tenantHint !== undefined) query.set("tenant", facts.tenantHint);
    if (error.code === "reauthentication_required" || error.code === "mfa_required") {
      query.set("reauthenticate", "1");
    }
    query.set("returnTo", request.target);
    return `${facts.authPath}/login?${query.toString()}`;
  }
  const { switchTo } = error.details;
  if (browser === "switch" && switchTo !== undefined) {
    query.set("tenant", switchTo.slug);
    query.set("returnTo", request.target);
    return `${facts.authPath}/switch?${query.toString()}`;
  }
  return null;
}

/** Whether a person looks at the answer: HTML is asked for, and no program's credential is sent. */
export function wantsPage(request: AuthRequest): boolean {
  if (request.header("authorization").length > 0) return false;
  return request.header("accept").some((value) => /(^|[\s,])text\/html\b/i.test(value));
}

/** Whether a redirect makes sense: a GET or HEAD that the browser did for the whole window. */
function isNavigation(request: AuthRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const [destination] = request.header("sec-fetch-dest");
  return destination === undefined || destination === "document";
}
