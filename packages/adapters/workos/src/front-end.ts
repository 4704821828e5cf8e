import {
  isUnavailable,
  reject,
  type BrowserSession,
  type CredentialSource,
  type FrontEndPage,
  type Identity,
  type ProviderTools,
} from "@tenantry/core/provider";
import { isFields, isText, type Fields } from "./claims.ts";
import { failureOf } from "./errors.ts";
import { verifyResponse } from "./finish.ts";
import type { LoginDeps } from "./login.ts";
import { seal, unseal, type CookieSettings, type SealedSession } from "./sealed-cookie.ts";

type Recovered = Awaited<ReturnType<BrowserSession["recover"]>>;

/** How long the answer to a refresh is kept for other pages of the same browser. */
const KEPT_MS = 10_000;
const MAX_KEPT = 1000;

const NONE: Recovered = { kind: "none" };

/** The sealed cookie as a credential: the access token within is verified like any other. */
export function sealedCookie(settings: CookieSettings): CredentialSource {
  return {
    name: "wos-session",
    cookies: [settings.name],
    pick(jar) {
      const [value, second] = jar.all(settings.name);
      if (value === undefined) return { kind: "none" };
      return second === undefined ? { kind: "one", token: value } : { kind: "conflict" };
    },
    async open(value) {
      const session = await unseal(value, settings);
      // SECURITY: only the token; the person and the organization beside it are copies.
      return session?.accessToken ?? null;
    },
  };
}

/**
 * Renews the sealed session as WorkOS's framework SDKs do: a refresh, and a new cookie. A refresh
 * token is good for one use, so of several pages at once one refreshes and all get its answer, as far
 * as they reach the same process.
 */
export function sealedSession(settings: CookieSettings, deps: LoginDeps): BrowserSession {
  const kept = new Map<string, { readonly untilMs: number; readonly answer: Promise<Recovered> }>();
  return {
    async recover(page, tools) {
      const [value, second] = page.jar.all(settings.name);
      if (value === undefined || second !== undefined) return NONE;
      const session = await unseal(value, settings);
      if (session === null) return NONE;
      const nowMs = tools.nowMs();
      for (const [key, { untilMs }] of kept) {
        if (untilMs <= nowMs || kept.size > MAX_KEPT) kept.delete(key);
      }
      const key = await digest(session.refreshToken);
      const known = kept.get(key);
      if (known !== undefined) return known.answer;
      const answer = renew(session, { page, settings, tools, deps });
      kept.set(key, { untilMs: nowMs + KEPT_MS, answer });
      const { kind } = await answer;
      // What could not be found out may be asked again.
      if (kind === "refused") kept.delete(key);
      return answer;
    },
  };
}

async function renew(
  session: SealedSession,
  about: {
    readonly page: FrontEndPage;
    readonly settings: CookieSettings;
    readonly tools: ProviderTools;
    readonly deps: LoginDeps;
  },
): Promise<Recovered> {
  const { page, settings, tools, deps } = about;
  const before = claimsOf(session.accessToken);
  const organization = isText(before["org_id"]) ? before["org_id"] : undefined;
  try {
    const { userManagement } = await deps.api.sdk();
    const response = await userManagement.authenticateWithRefreshToken({
      refreshToken: session.refreshToken,
      // Without it WorkOS takes whichever was used last, in whatever tab.
      ...(organization === undefined ? {} : { organizationId: organization }),
    });
    const verified = await verifyResponse(response, tools, deps);
    if (!verified.ok) return isUnavailable(verified.reason) ? refused(verified) : NONE;
    // SECURITY: the same person in the same organization, or it is no renewal.
    if (!isSame(verified.value.identity, before["sub"], organization)) {
      return refused(reject("renewal_went_astray"));
    }
    const { accessToken, refreshToken, user } = response;
    const content = { ...session.all, accessToken, refreshToken, user };
    return {
      kind: "token",
      token: accessToken,
      setCookies: [await seal(content, page, settings)],
    };
  } catch (error) {
    const failure = failureOf(error);
    // What WorkOS refuses is over; what is to become of its cookie, the front end decides.
    return failure.kind === "unavailable"
      ? refused(reject(failure.reason, failure.retryAfterSeconds))
      : NONE;
  }
}

function refused(rejection: ReturnType<typeof reject>): Recovered {
  return { kind: "refused", ...rejection };
}

function isSame(
  { subject, tenant }: Identity,
  wanted: unknown,
  organization: string | undefined,
): boolean {
  const external = tenant !== null && "external" in tenant ? tenant.external : undefined;
  return subject === wanted && external === organization;
}

/** What a token says. The seal vouches for it here: only whoever has the password writes one. */
function claimsOf(token: string): Fields {
  try {
    const [, payload = ""] = token.split(".");
    const bytes = Uint8Array.from(
      atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
      (character) => character.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isFields(claims) ? claims : {};
  } catch {
    return {};
  }
}

/** A refresh token must not stay in memory as it is. */
async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(hash));
}
