import { openVendorToken } from "../vendor-tokens.ts";
import type { SessionRecord } from "../record.ts";
import { authAddress, isWebAddress } from "./addresses.ts";
import { sessionsOfBrowser, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { providerOf } from "./login.ts";
import { redirect, type Reply } from "./reply.ts";

/** `GET logout`: a button. The address alone signs nobody out, or any page could do it with an image. */
export function confirmLogout(deps: AuthRoutesDeps): Reply {
  return {
    kind: "page",
    view: {
      kind: "confirm",
      title: "Sign out",
      message: "Do you want to sign out?",
      form: { action: authAddress(deps, "logout"), hidden: {}, submit: "Sign out" },
      cancel: { label: "Stay signed in", href: "/" },
    },
  };
}

/**
 * `POST logout`: ends our session first, then sends the browser to the provider's own sign-out, if
 * it has one. Throws when the store cannot answer: nobody is told that they are signed out when they
 * may not be.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html OpenID Connect RP-Initiated Logout 1.0}
 */
export async function logout(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const sessions = await sessionsOfBrowser(call, deps);
  for (const session of sessions) {
    await deps.sessions.end(session);
    await deps.audit.record({
      type: "session.ended",
      outcome: "ok",
      tenantId: session.tenantId,
      principal: { kind: "user", id: session.userId },
      actors: session.actors,
      details: { sessionId: session.id, cause: "sign_out" },
    });
  }
  await Promise.all(sessions.map((session) => endAtProvider(session, deps)));
  const [first] = sessions;
  const elsewhere = first === undefined ? null : await endSessionUrl(first, deps);
  return redirect(elsewhere ?? "/", deps.sessions.clear());
}

/** A courtesy: ours has ended, which is what was asked for. */
async function endAtProvider(session: SessionRecord, deps: AuthRoutesDeps): Promise<void> {
  const provider = providerOf(session, deps);
  const { vendorSessionId } = session;
  if (provider?.login?.endSession === undefined || vendorSessionId === null) return;
  try {
    const request = { sessionId: vendorSessionId };
    await provider.login.endSession(request, deps.toolsFor(provider));
  } catch (error) {
    logFailure(session, error, deps);
  }
}

function logFailure(session: SessionRecord, error: unknown, { runtime }: AuthRoutesDeps): void {
  const reason = error instanceof Error ? error.name : "unknown";
  runtime.log({
    level: "warn",
    event: "sign_out.provider_failed",
    reason,
    provider: session.instance,
  });
}

async function endSessionUrl(session: SessionRecord, deps: AuthRoutesDeps): Promise<string | null> {
  const provider = providerOf(session, deps);
  if (provider?.login?.endSessionUrl === undefined) return null;
  const { connectionId, vendorSessionId, vendorSession } = session;
  try {
    const idToken = await openVendorToken(vendorSession?.sealedIdToken, session, deps.sealer);
    const location = await provider.login.endSessionUrl(
      {
        ...(idToken === null ? {} : { idToken }),
        ...(vendorSessionId === null ? {} : { sessionId: vendorSessionId }),
        ...(connectionId === null ? {} : { connectionId }),
        returnUrl: `${deps.baseUrl}/`,
      },
      deps.toolsFor(provider),
    );
    return location !== null && isWebAddress(location) ? location : null;
  } catch (error) {
    // Ours has ended, which is what was asked for. The provider's own session is a courtesy.
    logFailure(session, error, deps);
    return null;
  }
}
