const MAX_LENGTH = 2048;

/** Printable ASCII without space and backslash. Everything else arrives percent-encoded from an honest page. */
const PLAIN = /^[\x21-\x5b\x5d-\x7e]+$/;

/** What a router or proxy behind us might decode into a new authority, path or header. */
const DISGUISED = /%(?:2f|5c|25|0[0-9a-f]|1[0-9a-f]|7f)/i;

const INSTANCE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** No address of this origin is ever requested; it only gives the parser something to stand on. */
const BASE = "https://return-to.invalid";

/**
 * Where to go after sign-in: `value` if it is a path of this site, otherwise `fallback`. The result
 * is rebuilt from the parsed parts, so that what was checked is what is sent. Never points into the
 * auth routes, where arriving does something, but for the page of consent, which only asks.
 */
export function safeReturnTo(
  value: string | null | undefined,
  fallback: string,
  { authPath }: { readonly authPath: string },
): string {
  if (typeof value !== "string" || value.length > MAX_LENGTH || !PLAIN.test(value)) return fallback;
  // SECURITY: the second character decides between a path and another host (`//host`). The parser
  // below also takes `/\`, tabs and new lines for slashes or nothing; PLAIN has refused those.
  if (!value.startsWith("/") || value.startsWith("//")) return fallback;
  if (!URL.canParse(value, BASE)) return fallback;

  const url = new URL(value, BASE);
  if (url.origin !== BASE || url.username !== "" || url.password !== "") return fallback;
  // Dot segments are gone by now: `/a/..//host` has become `//host`.
  if (url.pathname.includes("//") || DISGUISED.test(url.pathname)) return fallback;
  if (isInside(url.pathname, authPath)) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Compared exactly, unlike what it is an exception from. */
function isConsentPage(pathname: string, authPath: string): boolean {
  const start = `${authPath}/authorize/`;
  return pathname.startsWith(start) && INSTANCE.test(pathname.slice(start.length));
}

/** Compared as a lenient router would: decoded and without letter case. */
function isInside(pathname: string, authPath: string): boolean {
  if (isConsentPage(pathname, authPath)) return false;
  let path: string;
  try {
    path = decodeURIComponent(pathname).toLowerCase();
  } catch {
    return true; // Not decodable: nothing an honest page links to.
  }
  const root = authPath.toLowerCase();
  return path === root || path.startsWith(`${root}/`) || path.startsWith(`${root};`);
}
