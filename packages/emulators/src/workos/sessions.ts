import type { Answer, Call } from "../http/api.ts";
import { textOf } from "../http/api.ts";
import { notFound, unprocessable } from "./errors.ts";
import type { WorkosContext } from "./context.ts";
import { sessionObject, userObject } from "./objects.ts";
import { newId } from "./stamps.ts";
import type { SignedIn, VendorSession } from "./state.ts";
import { sessionClaims, signOutgoing } from "./tokens.ts";

/** Begins a session for somebody who signed in. */
export function openSession(context: WorkosContext, signedIn: SignedIn): VendorSession {
  const session: VendorSession = {
    ...signedIn,
    id: newId("session"),
    status: "active",
    createdAtMs: context.stamps.tick(),
    endedAtMs: null,
  };
  context.state.sessions.set(session.id, session);
  context.emit("session.created", sessionObject(session));
  return session;
}

/**
 * The answer of every grant: a new access token and a new refresh token, each good for one use
 * (https://workos.com/docs/reference/authkit/authentication).
 */
export async function answerTokens(
  context: WorkosContext,
  session: VendorSession,
): Promise<Answer> {
  const { substitute } = context.behaviour;
  const about = {
    ...session,
    userId: substitute?.userId ?? session.userId,
    organizationId: substitute?.organizationId ?? session.organizationId,
  };
  const user = context.world.users.get(about.userId);
  if (user === undefined) return notFound("user");
  const refreshToken = newId("rt");
  context.state.refreshTokens.set(refreshToken, session.id);
  return {
    status: 200,
    body: {
      user: userObject(context, user),
      ...(about.organizationId === null ? {} : { organization_id: about.organizationId }),
      access_token: await signOutgoing(context, sessionClaims(context, about)),
      refresh_token: refreshToken,
      authentication_method: session.method,
      ...(session.impersonator === null ? {} : { impersonator: session.impersonator }),
    },
  };
}

/** Ends a session: its refresh token is worth nothing from now on, its access token until it expires. */
export function revokeSession(context: WorkosContext, session: VendorSession): void {
  if (session.status === "revoked") return;
  session.status = "revoked";
  session.endedAtMs = context.stamps.tick();
  context.emit("session.revoked", sessionObject(session));
}

/** `POST /user_management/sessions/revoke`. */
export function serveRevoke(context: WorkosContext, { body }: Call): Answer {
  const id = textOf(body, "session_id");
  if (id === undefined) return unprocessable("session_id");
  const session = context.state.sessions.get(id);
  if (session === undefined) return notFound("session");
  revokeSession(context, session);
  return { status: 200, body: sessionObject(session) };
}

/** `GET /user_management/sessions/logout`: the browser's own way out. */
export function serveLogout(context: WorkosContext, { url, cookies }: Call): Answer {
  const session = context.state.sessions.get(url.searchParams.get("session_id") ?? "");
  if (session !== undefined) revokeSession(context, session);
  context.state.browsers.delete(cookies.get(BROWSER_COOKIE) ?? "");
  const asked = url.searchParams.get("return_to");
  const allowed = context.options.logoutUris ?? [];
  // Only configured addresses; without one, the first of them.
  const target = asked !== null && allowed.includes(asked) ? asked : allowed[0];
  const cookie = `${BROWSER_COOKIE}=; Path=/; Max-Age=0`;
  return target === undefined
    ? { status: 400, body: { message: "There is no sign-out address to go to." } }
    : { status: 302, headers: { location: target, "set-cookie": cookie } };
}

/** The cookie of a browser that is signed in at the emulator. */
export const BROWSER_COOKIE = "emulated_authkit";
