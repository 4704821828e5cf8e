import { reject, type BrowserSession, type CredentialSource } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { isText } from "./claims.ts";
import { failureOf } from "./errors.ts";
import type { StytchValues } from "./options.ts";

type Cookies = Pick<StytchValues, "sessionCookie" | "sessionJwtCookie">;

const MAX_TOKEN = 8192;
const MINUTE_SECONDS = 60;

/** The cookie with the session JWT that Stytch's JavaScript SDK sets. */
export function frontEndCookie({ sessionJwtCookie }: Cookies): CredentialSource {
  return {
    name: "stytch",
    cookies: [sessionJwtCookie],
    pick(jar) {
      const [token, second] = jar.all(sessionJwtCookie);
      if (second !== undefined) return { kind: "conflict" };
      return isText(token) ? { kind: "one", token } : { kind: "none" };
    },
  };
}

/**
 * Renews a front end's session by its opaque token, or by its own JWT, which Stytch takes while the
 * session lives. Core has verified that JWT but for its age, so garbage never becomes a call.
 */
export function frontEndSession(
  api: Pick<StytchApi, "call">,
  {
    sessionCookie,
    sessionJwtCookie,
    sessionMinutes,
  }: Cookies & Pick<StytchValues, "sessionMinutes">,
): BrowserSession {
  return {
    async recover({ jar }) {
      const [opaque, second] = jar.all(sessionCookie);
      const [jwt, other] = jar.all(sessionJwtCookie);
      if (second !== undefined || other !== undefined) {
        return { kind: "refused", ...reject("credential_conflict") };
      }
      const isUsable = isText(opaque) && opaque.length <= MAX_TOKEN;
      if (!isUsable && !isText(jwt)) return { kind: "none" };
      try {
        const answer = await api.call((sdk) =>
          sdk.sessions.authenticate(
            isUsable ? { session_token: opaque } : { session_jwt: jwt ?? "" },
          ),
        );
        const { session_token, session_jwt } = answer;
        return {
          kind: "token",
          token: session_jwt,
          setCookies: [
            cookie(sessionCookie, session_token, sessionMinutes),
            cookie(sessionJwtCookie, session_jwt, sessionMinutes),
          ],
        };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === "unavailable") {
          return { kind: "refused", ...reject(failure.reason, failure.retryAfterSeconds) };
        }
        return { kind: "none" };
      }
    },
  };
}

/**
 * As the SDK sets them: it has to read them, so they are not HttpOnly.
 *
 * @see {@link https://stytch.com/docs/b2b/sdks/resources/cookies-and-session-management Stytch: cookies}
 */
function cookie(name: string, value: string, sessionMinutes: number): string {
  const seconds = sessionMinutes * MINUTE_SECONDS;
  return `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; SameSite=Lax`;
}
