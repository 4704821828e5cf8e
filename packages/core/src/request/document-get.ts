import type { AuthRequest } from "./request.ts";

/**
 * Whether a request is a browser opening a page, so that a redirect to another site and back works.
 * Browsers say so themselves; those that do not ask for HTML.
 *
 * @see {@link https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header Fetch Metadata, Sec-Fetch-Dest}
 */
export function isDocumentGet(request: AuthRequest): boolean {
  if (request.method !== "GET") return false;
  // A page that is only loaded in advance must not use up what works once.
  if (request.header("sec-purpose").length > 0 || request.header("purpose").length > 0)
    return false;
  const [destination, second] = request.header("sec-fetch-dest");
  if (destination !== undefined) return destination === "document" && second === undefined;
  return request.header("accept").some((value) => /\btext\/html\b/i.test(value));
}
