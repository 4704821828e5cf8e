import {
  reject,
  type BrowserSession,
  type CookieJar,
  type FrontEndPage,
} from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { isText } from "./claims.ts";
import { failureOf } from "./errors.ts";
import { readCookies } from "./front-end-cookies.ts";
import type { Instance } from "./instance.ts";

/** Counts the handshakes of one browser, and proves that it was sent to one from here. */
const COUNT = "__Host-clerk_handshake";
const COUNT_SECONDS = 60;
const MAX_HANDSHAKES = 3;
/** The API version whose handshake this is. */
const API_VERSION = "2026-05-12";

const NONCE = "__clerk_handshake_nonce";
const BROWSER = "__clerk_db_jwt";
/** What a handshake leaves in an address, and what the next one must not send on. */
const OWN_PARAMETERS = [NONCE, "__clerk_handshake", "__clerk_help", "__clerk_hs_reason", BROWSER];

/**
 * Renews the session of Clerk's front end: by its refresh token where the browser has one, otherwise
 * by a handshake, for which the browser goes to the Frontend API, which knows it by a cookie of its
 * own, and comes back with a nonce for new cookies.
 *
 * @see {@link https://clerk.com/docs/guides/how-clerk-works/overview How Clerk works}
 */
export function frontEndSession(api: Pick<ClerkApi, "call">, instance: Instance): BrowserSession {
  return {
    async recover(page) {
      const refreshed = await refresh({ api, instance, page });
      if (refreshed !== null) return refreshed;
      // A handshake makes tokens without `azp`. Where those are refused, it would renew nothing.
      if (instance.values.missingParty === "reject") return { kind: "none" };
      const nonce = page.url.searchParams.get(NONCE);
      // SECURITY: only a browser that was sent from here takes cookies for a nonce. Otherwise a link
      // with somebody else's nonce would sign its reader in as them.
      if (nonce !== null && countOf(page.jar) > 0) return redeem(nonce, { api, instance, page });
      const reason = reasonToAsk(page, instance);
      if (reason === null || countOf(page.jar) >= MAX_HANDSHAKES) return { kind: "none" };
      return {
        kind: "redirect",
        location: handshakeUrl(page, instance, reason),
        setCookies: [countCookie(countOf(page.jar) + 1)],
      };
    },
  };
}

interface Renewing {
  readonly api: Pick<ClerkApi, "call">;
  readonly instance: Instance;
  readonly page: FrontEndPage;
}

/**
 * Asks the Backend API for new cookies, as the vendor's own middleware does. Core has verified the
 * token but for its age, and verifies the next one whole, `azp` included. Null if that is not to be
 * had; what Clerk refuses here is the refresh token and not the person.
 */
async function refresh({ api, instance, page }: Renewing): Promise<Recovered | null> {
  const { session, refresh: held, isSuffixed } = readCookies(page.jar, instance.issuer);
  if (session.kind !== "one" || held === null) return null;
  const { sessionId, refreshToken } = held;
  try {
    const { cookies } = await api.call((sdk) =>
      sdk.sessions.refreshSession(sessionId, {
        format: "cookie",
        expired_token: session.token,
        refresh_token: refreshToken,
        // The configured origin: what the vendor's SDK takes from headers a stranger may have sent.
        request_origin: page.url.origin,
        suffixed_cookies: isSuffixed,
      }),
    );
    const token = tokenIn(cookies, page, instance);
    return token === null ? null : { kind: "token", token, setCookies: cookies };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused") return null;
    // A refresh token that is not good any more gets 401, as our own key would.
    if (failure.reason === "client_rejected_unavailable") return null;
    return { kind: "refused", ...reject(failure.reason, failure.retryAfterSeconds) };
  }
}

type Recovered = Awaited<ReturnType<BrowserSession["recover"]>>;

/** Why the Frontend API may know somebody; null if it cannot. */
function reasonToAsk({ jar, url }: FrontEndPage, instance: Instance): string | null {
  // SECURITY: an address that came with a nonce is never sent on: nothing more is to be had there.
  if (url.searchParams.has(NONCE)) return null;
  const { session, clientChangedAt } = readCookies(jar, instance.issuer);
  if (session.kind === "conflict") return null;
  if (session.kind === "one") return "session-token-expired";
  if (clientChangedAt !== null && clientChangedAt > 0) return "client-uat-but-no-session-token";
  // A development instance's sign-in page is on another site, and brings the browser's token along.
  if (instance.isDevelopment && url.searchParams.has(BROWSER)) return "dev-browser-sync";
  return null;
}

function handshakeUrl({ jar, url }: FrontEndPage, instance: Instance, reason: string): string {
  const back = new URL(url);
  for (const name of OWN_PARAMETERS) back.searchParams.delete(name);
  const location = new URL(`${instance.issuer}/v1/client/handshake`);
  const { isSuffixed } = readCookies(jar, instance.issuer);
  const [browser] = [...jar.all(BROWSER), ...url.searchParams.getAll(BROWSER)];
  const query: Readonly<Record<string, string>> = {
    redirect_url: back.href,
    __clerk_api_version: API_VERSION,
    suffixed_cookies: String(isSuffixed),
    __clerk_hs_reason: reason,
    format: "nonce",
    ...(instance.isDevelopment && isText(browser) ? { [BROWSER]: browser } : {}),
  };
  for (const [name, value] of Object.entries(query)) location.searchParams.set(name, value);
  return location.href;
}

/** Fetches the cookies that a nonce stands for. */
async function redeem(nonce: string, { api, instance, page }: Renewing): Promise<Recovered> {
  try {
    const { directives } = await api.call((sdk) => sdk.clients.getHandshakePayload({ nonce }));
    const setCookies = [...directives, countCookie(0)];
    const token = tokenIn(directives, page, instance);
    return token === null ? { kind: "none", setCookies } : { kind: "token", token, setCookies };
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === "unavailable"
      ? { kind: "refused", ...reject(failure.reason, failure.retryAfterSeconds) }
      : { kind: "none" };
  }
}

/** The session token among `Set-Cookie` lines, read as the browser would send them back. */
function tokenIn(
  directives: readonly string[],
  page: FrontEndPage,
  instance: Instance,
): string | null {
  const pairs = directives.map((line) => line.split(";")[0] ?? "").map(pairOf);
  const jar: CookieJar = {
    names: pairs.map(([name]) => name),
    all: (name) => pairs.filter(([own]) => own === name).map(([, value]) => value),
  };
  const { session } = readCookies(jar, instance.issuer);
  return session.kind === "one" ? session.token : null;
}

function pairOf(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function countOf(jar: CookieJar): number {
  const [value, second] = jar.all(COUNT);
  return value !== undefined && second === undefined && /^[1-9]$/.test(value) ? Number(value) : 0;
}

function countCookie(count: number): string {
  const life = count === 0 ? 0 : COUNT_SECONDS;
  return `${COUNT}=${count}; Path=/; Max-Age=${life}; Secure; HttpOnly; SameSite=Lax`;
}
