import type { FrontEndPage } from "@tenantry/core/provider";
import { isFields, isText, type Fields } from "./claims.ts";

/** Where the cookie of WorkOS's framework SDKs is, and what it is sealed with. */
export interface CookieSettings {
  readonly name: string;
  readonly password: string;
  /** As the front end sets it; undefined: the host alone. */
  readonly domain: string | undefined;
}

/** What the cookie holds, as far as it is used here. The rest is kept as it is. */
export interface SealedSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Everything, to be sealed again. */
  readonly all: Fields;
}

/** After the seal: the version of the format. */
const VERSION = "~2";
/** The id of the password in the seal. */
const PASSWORD_ID = "1";
/** As the vendor's SDKs: 400 days, the longest that browsers keep a cookie. */
const MAX_AGE_SECONDS = 400 * 24 * 3600;

/**
 * Opens the cookie; null for one that this password does not open, or that holds no session.
 *
 * @see {@link https://workos.com/docs/reference/authkit/session-helpers WorkOS: session helpers}
 */
export async function unseal(
  value: string,
  { password }: CookieSettings,
): Promise<SealedSession | null> {
  if (!value.endsWith(VERSION)) return null;
  const iron = await import("iron-webcrypto");
  let all: unknown;
  try {
    const sealed = value.slice(0, -VERSION.length);
    all = await iron.unseal(sealed, { [PASSWORD_ID]: password }, { ...iron.defaults, ttl: 0 });
  } catch {
    // A stranger's value, or one of another password: there is nothing to find out.
    return null;
  }
  if (!isFields(all)) return null;
  const { accessToken, refreshToken } = all;
  return isText(accessToken) && isText(refreshToken) ? { accessToken, refreshToken, all } : null;
}

/** The cookie with other content, as the vendor's SDKs write it. */
export async function seal(
  content: Fields,
  { url }: Pick<FrontEndPage, "url">,
  { name, password, domain }: CookieSettings,
): Promise<string> {
  const iron = await import("iron-webcrypto");
  const value = await iron.seal(
    content,
    { id: PASSWORD_ID, secret: password },
    { ...iron.defaults, ttl: 0, encode: JSON.stringify },
  );
  return [
    `${name}=${value}${VERSION}`,
    "Path=/",
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    `Max-Age=${MAX_AGE_SECONDS}`,
    "HttpOnly",
    ...(url.protocol === "https:" ? ["Secure"] : []),
    "SameSite=Lax",
  ].join("; ");
}
