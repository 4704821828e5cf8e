import type { AuthRequest } from "./request.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a method changes nothing by its definition (RFC 9110 §9.2.1). */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Whether a cookie-authenticated write comes from a page of ours: its `Origin` is one of ours, or
 * the browser itself says `same-origin`. A request that says neither is refused: every browser of
 * today sends one of them, and a program has no business with a cookie.
 *
 * @see {@link https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header Fetch Metadata, Sec-Fetch-Site}
 */
export function originAllowed(request: AuthRequest, allowedOrigins: readonly string[]): boolean {
  const origins = request.header("origin");
  if (origins.length > 1) return false;
  const origin = origins[0];
  // SECURITY: exact strings. No prefix, suffix or pattern: `https://app.example.com.evil.test` is not ours.
  if (origin !== undefined && origin !== "null") return allowedOrigins.includes(origin);
  // A page with `Referrer-Policy: no-referrer` sends `Origin: null` to itself; Sec-Fetch-Site still tells.
  const site = request.header("sec-fetch-site");
  return site.length === 1 && site[0] === "same-origin";
}
