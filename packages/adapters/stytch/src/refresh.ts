import {
  isUnavailable,
  type ProviderTools,
  type RefreshAnswer,
  type RefreshRequest,
} from "@tenantry/core/provider";
import { readAnswer, readSessionToken, type Answer } from "./answers.ts";
import { failureOf } from "./errors.ts";
import type { SignInDeps } from "./login.ts";

/**
 * Renews the short-lived token of a session, or exchanges the session for one in another
 * organization. Core compares person and organization with what was asked. Stytch's session tokens
 * are good for many uses, but nothing is tried again here either.
 *
 * @see {@link https://stytch.com/docs/b2b/api/exchange-session Stytch: exchange session}
 */
export async function refreshLogin(
  request: RefreshRequest,
  tools: ProviderTools,
  { api, values, session }: SignInDeps,
): Promise<RefreshAnswer> {
  const held = readSessionToken(request.refreshToken);
  if (held === null) return { kind: "ended", reason: "vendor_token_unreadable" };
  const { organization, token: session_token } = held;
  const wanted = request.tenant?.external ?? organization;
  const isExchange = wanted !== organization;
  try {
    const answer = await api.call<Answer>((sdk) =>
      isExchange
        ? sdk.sessions.exchange({
            session_token,
            organization_id: wanted,
            session_duration_minutes: values.sessionMinutes,
          })
        : sdk.sessions.authenticate({ session_token }),
    );
    const read = await readAnswer(answer, tools, session);
    if (read.ok) return { kind: "refreshed", ...read.value };
    // Step-up: the organization wants a sign-in of its own.
    return { kind: isUnavailable(read.reason) ? "unavailable" : "ended", reason: read.reason };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "unavailable") return failure;
    // Only "there is no such session" is about the session; an exchange may be refused for other reasons.
    return isExchange || failure.status === 404
      ? { kind: "ended", reason: failure.reason }
      : { kind: "unavailable", reason: "provider_unavailable" };
  }
}

/** Ends a session at Stytch. Throws what the SDK throws. */
export async function endSession(
  { sessionId }: { readonly sessionId: string },
  { api }: Pick<SignInDeps, "api">,
): Promise<void> {
  await api.call((sdk) => sdk.sessions.revoke({ member_session_id: sessionId }));
}
