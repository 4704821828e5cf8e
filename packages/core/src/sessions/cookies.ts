import { ok, reject, type Result } from "../internal/result.ts";

/**
 * Browsers drop a cookie whose name, value and attributes together exceed this (RFC 6265 §6.1), and
 * they do so silently: the person would be signed out without a word.
 */
const MAX_COOKIE_BYTES = 4096;

const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

const BASE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const VALUE = /^[A-Za-z0-9._-]*$/;

/**
 * A cookie name with the `__Host-` prefix: browsers take it only over a secure connection, for this
 * very host and the whole site, so that no sibling domain can plant one. Throws `TypeError` for a
 * base name with other characters than letters, digits, `_` and `-`.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2 RFC 6265bis §4.1.3.2}
 */
export function hostCookieName(base: string): string {
  if (!BASE_NAME.test(base)) {
    throw new TypeError(
      `Option "session.cookieName" may hold letters, digits, "_" and "-", at most 64 of them.`,
    );
  }
  return `__Host-${base}`;
}

/** A `Set-Cookie` value, or the reason `cookie_too_large`. */
export function setCookie(
  name: string,
  value: string,
  { maxAgeSeconds }: { readonly maxAgeSeconds: number },
): Result<string> {
  if (!VALUE.test(value)) return reject("cookie_malformed");
  const maxAge = Math.max(0, Math.floor(maxAgeSeconds));
  const cookie = `${name}=${value}; ${ATTRIBUTES}; Max-Age=${maxAge}`;
  // Name and value are ASCII here, so characters are bytes.
  return cookie.length > MAX_COOKIE_BYTES ? reject("cookie_too_large") : ok(cookie);
}

/** A `Set-Cookie` value that makes the browser forget a cookie. */
export function clearCookie(name: string): string {
  return `${name}=; ${ATTRIBUTES}; Max-Age=0`;
}
