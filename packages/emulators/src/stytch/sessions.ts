import { textOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, organizationNotFound, sessionNotFound, stytchError } from "./errors.ts";
import { finishSignIn } from "./finish.ts";
import {
  beginSession,
  findSession,
  isAlive,
  MINUTE_MS,
  minutesOf,
  sessionAnswer,
} from "./live-sessions.ts";
import { findTenant, sessionObject } from "./objects.ts";
import { isAllowed } from "./rbac.ts";

/** `POST /v1/b2b/sessions/authenticate`. */
export async function authenticateSession(context: StytchContext, { body }: Call): Promise<Answer> {
  const found = await findSession(context, body);
  if (found === null) return sessionNotFound();
  const check = body["authorization_check"];
  const verdict = check === undefined ? null : isAllowed(context, found, check);
  if (verdict !== null && !verdict.authorized) {
    return stytchError(403, "session_authorization_error", "The Member is not authorized.");
  }
  found.lastAccessedAtMs = Date.now();
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  const isImpersonation = found.factors.some(({ type }) => type === "impersonated");
  if (body["session_duration_minutes"] !== undefined && !isImpersonation) {
    found.expiresAtMs = Date.now() + minutes * MINUTE_MS;
  }
  const { substitute } = context.behaviour;
  const { factors } = found;
  const session = substitute === null ? found : beginSession(context, found, { factors, minutes });
  return good({ ...(await sessionAnswer(context, session)), verdict });
}

/** `POST /v1/b2b/sessions/exchange`: a session in another organization of the same person. */
export async function exchangeSession(context: StytchContext, { body }: Call): Promise<Answer> {
  const session = await findSession(context, body);
  if (session === null) return sessionNotFound();
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  return finishSignIn(context, {
    userId: session.userId,
    tenantId: tenant.id,
    factors: session.factors,
    minutes,
  });
}

/** `POST /v1/b2b/sessions/revoke`. One that is gone already is no error. */
export async function revokeSession(context: StytchContext, { body }: Call): Promise<Answer> {
  const { sessions } = context.state;
  const memberId = textOf(body, "member_id");
  const id = textOf(body, "member_session_id");
  const named = [...sessions.values()].filter(
    (one) => one.id === id || (memberId !== undefined && one.memberId === memberId),
  );
  const presented =
    id === undefined && memberId === undefined && (await findSession(context, body));
  for (const session of presented ? [presented] : named) session.isRevoked = true;
  return good({});
}

/** `GET /v1/b2b/sessions?organization_id&member_id`. */
export function listSessions(context: StytchContext, { url }: Call): Answer {
  const memberId = url.searchParams.get("member_id");
  const member_sessions = [...context.state.sessions.values()]
    .filter((session) => session.memberId === memberId && isAlive(context, session))
    .map((session) => sessionObject(context, session));
  return good({ member_sessions });
}
