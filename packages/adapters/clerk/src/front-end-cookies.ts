import type { CookieJar, CredentialSource } from "@tenantry/core/provider";
import { isFields, isText } from "./claims.ts";

const SESSION = /^__session(|_[A-Za-z0-9_-]{8})$/;
const MAX_TOKEN = 8192;

/** What the front end's cookies of one instance say together. */
export interface FrontEndCookies {
  readonly session:
    | { readonly kind: "none" }
    | { readonly kind: "one"; readonly token: string }
    | { readonly kind: "conflict" };
  /** When the browser's client last changed who is signed in, in seconds; 0: nobody. Null: it does not say. */
  readonly clientChangedAt: number | null;
  /** Whether the cookies that tell instances on one domain apart are in use. */
  readonly isSuffixed: boolean;
  /** What a server renews the one session by; null if there is no such cookie. */
  readonly refresh: { readonly sessionId: string; readonly refreshToken: string } | null;
}

/** The cookie with Clerk's session token. */
export function frontEndCookie(issuer: string): CredentialSource {
  return {
    name: "clerk",
    cookies: ["__session"],
    pick: (jar) => readCookies(jar, issuer).session,
  };
}

/**
 * Chooses among `__session` and its suffixed variants the one of this instance. Two instances on one
 * domain share the plain name, so the issuer decides; nothing is believed of a token here, core
 * verifies the one that is chosen.
 *
 * SECURITY: where the front end says that nobody is signed in, or that somebody else signed in after
 * the token was made, the token is not theirs to use.
 *
 * @see {@link https://clerk.com/docs/guides/how-clerk-works/cookies Clerk: cookies}
 */
export function readCookies(jar: CookieJar, issuer: string): FrontEndCookies {
  const found = sessionsOf(jar, issuer);
  const suffixed = found.filter(({ suffix }) => suffix !== "");
  const isSuffixed = suffixed.length > 0 || clientSuffix(jar) !== "";
  const candidates = suffixed.length > 0 ? suffixed : found;
  const suffix = candidates[0]?.suffix ?? clientSuffix(jar);
  const clientChangedAt = clientTime(jar, suffix);
  const [first, second] = candidates;
  const rest = { clientChangedAt, isSuffixed, refresh: null };
  if (first === undefined) return { session: { kind: "none" }, ...rest };
  if (second !== undefined) return { session: { kind: "conflict" }, ...rest };
  const isCurrent =
    clientChangedAt !== null && clientChangedAt > 0 && first.issuedAt >= clientChangedAt;
  if (!isCurrent) return { session: { kind: "none" }, ...rest };
  const [refreshToken, another] = jar.all(`__refresh${suffix}`);
  const isRefreshable = isText(refreshToken) && another === undefined;
  return {
    ...rest,
    session: { kind: "one", token: first.token },
    refresh:
      isRefreshable && isSessionId(first.sessionId) && refreshToken.length <= MAX_TOKEN
        ? { sessionId: first.sessionId, refreshToken }
        : null,
  };
}

interface Candidate {
  readonly suffix: string;
  readonly token: string;
  readonly issuedAt: number;
  readonly sessionId: unknown;
}

function sessionsOf(jar: CookieJar, issuer: string): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const name of new Set(jar.names)) {
    const suffix = SESSION.exec(name)?.[1];
    if (suffix === undefined) continue;
    for (const token of jar.all(name)) {
      const claims = peek(token);
      if (claims === null) continue;
      const { iss, iat, sid } = claims;
      if (iss === issuer && typeof iat === "number") {
        candidates.push({ suffix, token, issuedAt: iat, sessionId: sid });
      }
    }
  }
  return candidates;
}

/** It becomes part of an address. */
function isSessionId(value: unknown): value is string {
  return isText(value) && /^sess_\w{1,100}$/.test(value);
}

/** The claims of a token that nobody has verified, for choosing only. */
function peek(token: string): Readonly<Record<string, unknown>> | null {
  const [, payload, signature, more] = token.split(".");
  if (!isText(payload) || !isText(signature) || more !== undefined) return null;
  if (token.length > MAX_TOKEN || !/^[\w-]+$/.test(payload)) return null;
  try {
    const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const claims: unknown = JSON.parse(text);
    return isFields(claims) ? claims : null;
  } catch {
    return null;
  }
}

/** `__client_uat` of the same suffix; null if it is missing, repeated or no time. */
function clientTime(jar: CookieJar, suffix: string): number | null {
  const [value, second] = jar.all(`__client_uat${suffix}`);
  if (value === undefined || second !== undefined || !/^\d{1,12}$/.test(value)) return null;
  return Number(value);
}

/** The suffix of the one `__client_uat_…`; empty if there is none or several. */
function clientSuffix(jar: CookieJar): string {
  const suffixes = new Set(
    jar.names.flatMap((name) => /^__client_uat(_[A-Za-z0-9_-]{8})$/.exec(name)?.[1] ?? []),
  );
  const [only, second] = [...suffixes];
  return only === undefined || second !== undefined ? "" : only;
}
