import { decodeJwt } from "jose";
import { textOf, type Fields } from "../http/api.ts";
import { signToken } from "../oidc/sign.ts";
import type { StytchContext } from "./context.ts";
import { newSecret, newUuid, type Place } from "./ids.ts";
import { isActiveMember, memberObject, organizationObject, sessionObject } from "./objects.ts";
import type { Factor, MemberSession } from "./state.ts";
import { sessionClaims, SESSION_CLAIM } from "./tokens.ts";

const DEFAULT_MINUTES = 60;
export const MINUTE_MS = 60_000;

/** Begins a session. A test may have told the emulator to begin somebody else's. */
export function beginSession(
  context: StytchContext,
  asked: Place,
  how: { readonly factors: readonly Factor[]; readonly minutes: number },
): MemberSession {
  const { behaviour, ids, state } = context;
  const place = {
    userId: behaviour.substitute?.userId ?? asked.userId,
    tenantId: behaviour.substitute?.tenantId ?? asked.tenantId,
  };
  const now = Date.now();
  const session: MemberSession = {
    ...place,
    id: `member-session-test-${newUuid()}`,
    token: newSecret(),
    memberId: ids.memberId(place),
    startedAtMs: now,
    lastAccessedAtMs: now,
    expiresAtMs: now + how.minutes * MINUTE_MS,
    factors: how.factors,
    isRevoked: false,
  };
  state.sessions.set(session.id, session);
  return session;
}

/** What every answer with a session holds. */
export async function sessionAnswer(context: StytchContext, session: MemberSession) {
  const tenant = context.world.tenants.get(session.tenantId);
  return {
    session_token: session.token,
    session_jwt: await signSession(context, session),
    member_session: sessionObject(context, session),
    member_id: session.memberId,
    organization_id: session.tenantId,
    member: memberObject(context, session, session.memberId),
    organization: tenant && organizationObject(context, tenant),
  };
}

/** A session's token, honest or as a test wants it. */
function signSession(context: StytchContext, session: MemberSession): Promise<string> {
  const { forgery } = context.behaviour;
  const claims = sessionClaims(context, session);
  const hourAgo = claims.iat - 3600;
  const bent = {
    ...(forgery === "other-audience" ? { aud: ["project-test-other"] } : {}),
    ...(forgery === "expired" ? { iat: hourAgo - 300, nbf: hourAgo - 300, exp: hourAgo } : {}),
  };
  return signToken(context.keyRing(), {
    key: forgery === "rogue-key" ? "rogue" : "current",
    header: { typ: "JWT" },
    claims: { ...claims, ...bent },
  });
}

/** The number of minutes that a request asks for; null if it is none that the vendor takes. */
export function minutesOf(body: Fields): number | null {
  const minutes = body["session_duration_minutes"] ?? DEFAULT_MINUTES;
  const isGood = typeof minutes === "number" && minutes >= 5 && minutes <= 527_040;
  return isGood ? minutes : null;
}

/** A session that lives, of somebody who is still a member: otherwise it counts as gone. */
export async function findSession(
  context: StytchContext,
  body: Fields,
): Promise<MemberSession | null> {
  const token = textOf(body, "session_token");
  const jwt = textOf(body, "session_jwt");
  // Both at once are an error at the vendor; the stricter reading is that neither counts.
  if ((token === undefined) === (jwt === undefined)) return null;
  const id = jwt === undefined ? null : await sessionIdOf(context, jwt);
  const session =
    token === undefined
      ? context.state.sessions.get(id ?? "")
      : [...context.state.sessions.values()].find((one) => one.token === token);
  return session !== undefined && isAlive(context, session) ? session : null;
}

export function isAlive(context: StytchContext, session: MemberSession): boolean {
  const { ids } = context;
  return (
    !session.isRevoked &&
    session.expiresAtMs > Date.now() &&
    isActiveMember(context, session) &&
    // A member who was deleted and made again is another one.
    ids.memberId(session) === session.memberId
  );
}

/** The session of a token of ours, expired or not. Others name none. */
async function sessionIdOf(context: StytchContext, jwt: string): Promise<string | null> {
  if (!(await context.isOurs(jwt))) return null;
  const claim = decodeJwt(jwt)[SESSION_CLAIM];
  const id = typeof claim === "object" && claim !== null && "id" in claim ? claim.id : null;
  return typeof id === "string" ? id : null;
}
