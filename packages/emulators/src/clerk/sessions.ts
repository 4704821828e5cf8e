import { createHash } from "node:crypto";
import { signToken } from "../oidc/sign.ts";
import type { ClerkContext } from "./context.ts";
import { sessionObject } from "./objects.ts";
import { newId } from "./stamps.ts";
import type { ClerkActor, ClerkClient, ClerkSession } from "./state.ts";
import { sessionToken } from "./tokens.ts";

/** Begins a session in a browser of its own. */
export function createSession(
  context: ClerkContext,
  wish: {
    readonly userId: string;
    readonly organizationId?: string | null;
    readonly status?: "active" | "pending";
    readonly actor?: ClerkActor | null;
    readonly isRefreshable?: boolean;
  },
): ClerkSession {
  const { state, stamps } = context;
  const id = newId("sess");
  const client: ClerkClient = { id: newId("client"), token: newId("rt"), sessionId: id };
  const session: ClerkSession = {
    id,
    clientId: client.id,
    userId: wish.userId,
    organizationId: wish.organizationId ?? null,
    status: wish.status ?? "active",
    actor: wish.actor ?? null,
    createdAtMs: stamps.tick(),
    refreshToken: wish.isRefreshable === true ? newId("rt") : null,
  };
  state.clients.set(client.id, client);
  state.sessions.set(id, session);
  context.emit("session.created", sessionObject(session));
  return session;
}

/** Ends a session. Its tokens live on for up to a minute, as at the vendor. */
export function revokeSession(context: ClerkContext, session: ClerkSession): void {
  if (session.status === "revoked") return;
  session.status = "revoked";
  context.emit("session.revoked", sessionObject(session));
}

/** A new token of a session, in its organization if the person is still a member there. */
export async function mintSessionToken(
  context: ClerkContext,
  session: ClerkSession,
  azp: string | null,
): Promise<string> {
  const { world } = context;
  const { userId, organizationId, actor } = session;
  const isMember = world.memberships.get(userId, organizationId ?? "")?.status === "active";
  if (!isMember) session.organizationId = null;
  const request = sessionToken(context, {
    userId,
    sessionId: session.id,
    organizationId: isMember ? organizationId : null,
    status: session.status === "pending" ? "pending" : "active",
    azp,
    actor,
  });
  return signToken(context.keyRing(), request);
}

/** The cookies of the application's domain for a session; for none, those that say "signed out". */
export async function sessionCookies(
  context: ClerkContext,
  session: ClerkSession | null,
  azp: string | null,
): Promise<readonly string[]> {
  const isAlive = session?.status === "active" || session?.status === "pending";
  // Stamps may run ahead of the clock by a few milliseconds; the cookie is never later than its token.
  const since = isAlive ? Math.floor(Math.min(session.createdAtMs, Date.now()) / 1000) : 0;
  const token = isAlive ? await mintSessionToken(context, session, azp) : "";
  const life = isAlive ? "Max-Age=31536000" : "Max-Age=0";
  const browser = context.state.clients.get(session?.clientId ?? "")?.token;
  return ["", `_${cookieSuffix(context.publishableKey)}`].flatMap((suffix) => [
    // A development instance knows its browsers by this, since its own domain's cookies are foreign.
    ...(browser === undefined
      ? []
      : [`__clerk_db_jwt${suffix}=${browser}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`]),
    ...(isAlive && session.refreshToken !== null
      ? [
          `__refresh${suffix}=${session.refreshToken}; Path=/; ${life}; SameSite=Lax; Secure; HttpOnly`,
        ]
      : []),
    `__session${suffix}=${token}; Path=/; ${life}; SameSite=Lax; Secure`,
    `__client_uat${suffix}=${since}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`,
  ]);
}

/** What tells the cookies of two instances on one domain apart (`@clerk/shared`, `keys`). */
function cookieSuffix(publishableKey: string): string {
  return createHash("sha1").update(publishableKey).digest("base64url").slice(0, 8);
}
