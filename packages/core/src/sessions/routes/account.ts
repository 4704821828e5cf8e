import type { AuthContext } from "../../context.ts";
import { AuthError } from "../../errors.ts";
import type { SessionRecord } from "../record.ts";
import { requireSession, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/** `GET me`: who asks, where, and what they may do. */
export async function me(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const outcome = await deps.authenticate(call.request);
  const { setCookies } = outcome;
  switch (outcome.kind) {
    case "anonymous":
      return { kind: "refused", error: new AuthError("credential_missing"), setCookies };
    case "refused":
      return { kind: "refused", error: outcome.error, setCookies };
    case "redirect":
      return redirect(outcome.location, setCookies);
    case "authenticated":
      break;
  }
  return { kind: "json", body: describe(outcome.context), setCookies };
}

/** Field by field: whatever a context may hold one day, only this leaves (CVE-2025-55009). */
function describe(context: AuthContext): Readonly<Record<string, unknown>> {
  const { principal, tenant, crossTenant, credential, authentication } = context;
  return {
    principal: {
      kind: principal.kind,
      id: principal.id,
      ...(principal.name === undefined ? {} : { name: principal.name }),
      ...(principal.kind === "user" && principal.email !== undefined
        ? { email: { value: principal.email.value, verified: principal.email.verified } }
        : {}),
    },
    tenant: tenant === null ? null : { id: tenant.id, slug: tenant.slug, name: tenant.name },
    roles: [...context.roles],
    permissions: [...context.permissions],
    credential: {
      kind: credential.kind,
      ...(credential.id === undefined ? {} : { id: credential.id }),
      expiresAtMs: credential.expiresAtMs,
    },
    authentication: {
      method: authentication.method,
      ...(authentication.atMs === undefined ? {} : { atMs: authentication.atMs }),
      ...(authentication.mfa === undefined ? {} : { mfa: authentication.mfa }),
    },
    actors: context.actors.map(({ kind, id }) => ({ kind, id })),
    crossTenant:
      crossTenant === undefined
        ? null
        : {
            reason: crossTenant.reason,
            enteredAtMs: crossTenant.enteredAtMs,
            untilMs: crossTenant.untilMs,
            home: { id: crossTenant.home.id, slug: crossTenant.home.slug },
          },
  };
}

/** `GET tenants`: the tenants this person is known to belong to, for a switcher. */
export async function tenants(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session, setCookies } = signed;
  const own = await deps.directory.tenantsOf(session.userId);
  const items = own
    .map(({ tenant }) => ({
      slug: tenant.slug,
      name: tenant.name,
      current: tenant.id === session.tenantId,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return { kind: "json", body: { tenants: items }, setCookies };
}

/** `GET sessions`: where this person is signed in. */
export async function listSessions(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session, setCookies } = signed;
  const own = await deps.sessions.list(session);
  const items = own
    .map((one) => summary(one, session))
    .toSorted((a, b) => b.lastSeenAtMs - a.lastSeenAtMs);
  return { kind: "json", body: { sessions: items }, setCookies };
}

function summary(one: SessionRecord, current: SessionRecord) {
  const { id, createdAtMs, lastSeenAtMs, expiresAtMs } = one;
  return { id, createdAtMs, lastSeenAtMs, expiresAtMs, current: id === current.id };
}

/** `POST sessions/revoke`: ends one of the person's own sessions. Throws when the store cannot answer. */
export async function revokeSession(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session, setCookies } = signed;
  const id = call.params.get("id");
  const own = await deps.sessions.list(session);
  // SECURITY: looked for among the person's own; an id of someone else is as absent as a made-up one.
  const target = own.find((one) => one.id === id);
  if (target === undefined) return refuse("route_not_found", "session_foreign");
  const cleared = await deps.sessions.end(target);
  await deps.audit.record({
    type: "session.ended",
    outcome: "ok",
    tenantId: target.tenantId,
    principal: { kind: "user", id: session.userId },
    actors: session.actors,
    details: { sessionId: target.id, cause: "revoked" },
  });
  const isCurrent = target.id === session.id;
  return { kind: "json", body: { revoked: true }, setCookies: isCurrent ? cleared : setCookies };
}
