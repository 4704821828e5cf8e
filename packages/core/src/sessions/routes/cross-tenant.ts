import { errorFor } from "../../reasons.ts";
import type { SessionRecord } from "../record.ts";
import { requireSession, returnToOf, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

const MIN_REASON = 3;
const MAX_REASON = 500;

/**
 * `POST enter`: a supporter enters another tenant, for a reason and for a while. Only with a session
 * of ours, under a new id, and only once it is on record. Throws when a store cannot answer.
 */
export async function enterTenant(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const { crossTenant } = deps;
  if (crossTenant === undefined) return refuse("route_not_found", "cross_tenant_off");
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session } = signed;
  // SECURITY: before the tenant is looked up, so that the answer says nothing about tenants.
  if (session.tenantId === null || !(await crossTenant.canEnter(session))) {
    return refuse("permission_denied", "cross_tenant_refused");
  }

  const reason = (call.params.get("reason") ?? "").trim();
  const seconds = staySeconds(call.params.get("minutes"), crossTenant.maxSeconds);
  if (reason.length < MIN_REASON || reason.length > MAX_REASON || seconds === null) {
    return refuse("request_invalid", "cross_tenant_request_invalid");
  }
  const tenant = await deps.directory.tenantBySlug(call.params.get("tenant") ?? "");
  if (tenant === null) return refuse("tenant_not_found", "tenant_absent");
  if (tenant.id === session.tenantId) return refuse("request_invalid", "cross_tenant_home");

  const enteredAtMs = deps.runtime.nowMs();
  const untilMs = Math.min(enteredAtMs + seconds * 1000, session.expiresAtMs);
  const recorded = await deps.audit.record(
    {
      type: "tenant.entered",
      outcome: "ok",
      tenantId: tenant.id,
      principal: { kind: "user", id: session.userId },
      actors: session.actors,
      reason,
      details: { sessionId: session.id, homeTenantId: session.tenantId, untilMs },
    },
    { strict: true },
  );
  if (!recorded.ok) return { kind: "refused", error: errorFor(recorded) };
  const rotated = await deps.sessions.rotate(session, {
    entered: { tenantId: tenant.id, reason, enteredAtMs, untilMs },
  });
  if (!rotated.ok) return { kind: "refused", error: errorFor(rotated) };
  if (session.entered !== null) await recordLeave(deps, session, rotated.value.session);
  return redirect(returnTo, rotated.value.setCookies);
}

/** `POST leave`: back to the supporter's own tenant, under a new id. */
export async function leaveTenant(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  if (deps.crossTenant === undefined) return refuse("route_not_found", "cross_tenant_off");
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session } = signed;
  if (session.entered === null) return redirect(returnTo, signed.setCookies);
  const rotated = await deps.sessions.rotate(session, { entered: null });
  if (!rotated.ok) return { kind: "refused", error: errorFor(rotated) };
  await recordLeave(deps, session, rotated.value.session);
  return redirect(returnTo, rotated.value.setCookies);
}

/** Puts the end of a stay on record. Leaving happens in any case. */
export async function recordLeave(
  deps: AuthRoutesDeps,
  before: SessionRecord,
  after: SessionRecord,
): Promise<void> {
  if (before.entered === null) return;
  await deps.audit.record({
    type: "tenant.left",
    outcome: "ok",
    tenantId: before.entered.tenantId,
    principal: { kind: "user", id: after.userId },
    actors: after.actors,
    details: { sessionId: after.id, homeTenantId: after.tenantId ?? "" },
  });
}

/** The stay in seconds, at most the configured one; null for what is not a whole number of minutes. */
function staySeconds(minutes: string | undefined, maxSeconds: number): number | null {
  if (minutes === undefined || minutes === "") return maxSeconds;
  if (!/^[1-9]\d{0,4}$/.test(minutes)) return null;
  return Math.min(Number(minutes) * 60, maxSeconds);
}
