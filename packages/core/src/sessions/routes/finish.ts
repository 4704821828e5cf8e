import type { AttestedUser } from "../../directory/directory.ts";
import type { Connection } from "../../directory/records.ts";
import { isUnavailable, type Rejection } from "../../internal/result.ts";
import { codeFor } from "../../reasons.ts";
import type { Identity } from "../../tokens/profile.ts";
import type { Flow } from "../flow.ts";
import type { SessionRecord } from "../record.ts";
import { authAddress, tryAgain } from "./addresses.ts";
import { sessionsOfBrowser, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import type { Finished } from "./finished.ts";
import { linkToSession, notLinked } from "./link-identity.ts";
import { recordRefusal } from "./record-refusal.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/**
 * The last step: compare what came with what was asked, let the directory attest it, and begin a
 * session under a new id. Nothing before this point makes anybody signed in. Throws when a store
 * cannot answer.
 */
export async function finish(call: Call, deps: AuthRoutesDeps, finished: Finished): Promise<Reply> {
  const { flow, done, provider } = finished;
  const { identity } = done;
  const setCookies = [await deps.flows.clear(flow)];
  const failed = async (reason: string) => {
    await recordRefusal(deps, flow);
    return refuse("sign_in_failed", reason, { action: tryAgain(flow, deps), setCookies });
  };
  if (identity.kind !== "user") return failed("identity_not_a_person");

  const connection = await connectionOf(flow, deps);
  if (connection === null) return failed("connection_unknown");
  // Compared before the directory learns anything, and again afterwards in local words.
  if (namesAnotherTenant(flow, identity)) return mismatch(deps, flow, setCookies);

  if (flow.purpose === "link") {
    const linked = await linkToSession(call, deps, finished);
    if (!linked.ok) return notLinked(deps, flow, { rejection: linked, setCookies });
  }
  const attested = await deps.directory.attest({
    instance: provider.instance,
    identity,
    via: "sign_in",
    ...(connection === undefined ? {} : { connection }),
    ...(done.memberships === undefined ? {} : { memberships: done.memberships }),
  });
  if (!attested.ok) return notAttested(deps, flow, { rejection: attested, setCookies });
  const who = attested.value;
  if (who.kind !== "user") return failed("identity_not_a_person");
  if (!isAskedTenant(flow, who)) return mismatch(deps, flow, setCookies);
  if (flow.expectedUserId !== null && flow.expectedUserId !== who.user.id) {
    return failed("another_person");
  }

  const previous = await sessionsOfBrowser(call, deps);
  const begun = await deps.sessions.begin({
    identity,
    instance: provider.instance,
    vendor: provider.vendor,
    connectionId: flow.connectionId,
    userId: who.user.id,
    tenantId: who.tenant?.id ?? null,
    tenantExternal: externalOf(identity),
    roles: who.roles,
    permissions: who.vendorPermissions,
    ...(done.tokens === undefined ? {} : { tokens: done.tokens }),
  });
  if (!begun.ok) return notBegun(begun, setCookies);
  const { session } = begun.value;
  // SECURITY: what this browser had before ends here, so that a session someone planted does not
  // live on beside the new one.
  for (const old of previous) await deps.sessions.end(old);
  const recorded = await deps.audit.record(
    {
      type: "sign_in.succeeded",
      outcome: "ok",
      tenantId: session.tenantId,
      principal: { kind: "user", id: session.userId },
      actors: session.actors,
      details: {
        sessionId: session.id,
        instance: session.instance,
        method: session.authentication.method,
      },
    },
    { strict: true },
  );
  if (!recorded.ok) return notBegun(recorded, setCookies);
  if (flow.purpose === "switch") await recordSwitch(deps, session, previous);
  return redirect(flow.returnTo, [...setCookies, ...begun.value.setCookies]);
}

/** The connection a flow came through; `undefined` if it came through none, null if it is gone. */
async function connectionOf(
  { connectionId, instance }: Flow,
  deps: AuthRoutesDeps,
): Promise<Connection | null | undefined> {
  if (connectionId === null) return undefined;
  const row = await deps.stores.connections.get(connectionId);
  return row !== null && row.enabled && row.instance === instance ? row : null;
}

/** Whether the provider already says in its own words that this is not the tenant asked for. */
function namesAnotherTenant({ asked, connectionId }: Flow, { tenant }: Identity): boolean {
  if (asked === null || connectionId !== null) return false;
  if (tenant === null) return true;
  // A tenant that our configuration names is compared in local words, once the directory has read it.
  if ("local" in tenant) return false;
  return asked.external !== null && asked.external !== tenant.external;
}

function isAskedTenant({ asked }: Flow, { tenant }: AttestedUser): boolean {
  if (asked === null) return true;
  if (tenant === null) return false;
  // A slug may be new here: the first person of a tenant brings it along.
  return asked.tenantId === null ? tenant.slug === asked.slug : tenant.id === asked.tenantId;
}

function externalOf({ tenant }: Identity): string | null {
  return tenant !== null && "external" in tenant ? tenant.external : null;
}

async function mismatch(
  deps: AuthRoutesDeps,
  flow: Flow,
  setCookies: readonly string[],
): Promise<Reply> {
  await recordRefusal(deps, flow);
  const href = authAddress(deps, "login", {
    tenant: flow.asked?.slug,
    returnTo: flow.returnTo,
    reauthenticate: "1",
  });
  return refuse("tenant_mismatch", "tenant_mismatch", {
    action: { label: "Sign in again", href },
    setCookies,
  });
}

/** Reasons that a person can do nothing about but ask an administrator. */
const ACCOUNT_REASONS: ReadonlySet<string> = new Set([
  "account_unknown",
  "account_inactive",
  "membership_inactive",
  "tenant_unknown",
]);

async function notAttested(
  deps: AuthRoutesDeps,
  flow: Flow,
  how: { readonly rejection: Rejection; readonly setCookies: readonly string[] },
): Promise<Reply> {
  const { setCookies } = how;
  const { reason } = how.rejection;
  const action = tryAgain(flow, deps);
  if (isUnavailable(reason)) return refuse(codeFor(reason), reason, { action, setCookies });
  await recordRefusal(deps, flow);
  return ACCOUNT_REASONS.has(reason)
    ? refuse("account_refused", reason, { setCookies })
    : refuse("sign_in_failed", reason, { action, setCookies });
}

function notBegun({ reason }: Rejection, setCookies: readonly string[]): Reply {
  return isUnavailable(reason)
    ? refuse(codeFor(reason), reason, { setCookies })
    : refuse("misconfigured", reason, { setCookies });
}

async function recordSwitch(
  deps: AuthRoutesDeps,
  session: SessionRecord,
  previous: readonly SessionRecord[],
): Promise<void> {
  await deps.audit.record({
    type: "tenant.switched",
    outcome: "ok",
    tenantId: session.tenantId,
    principal: { kind: "user", id: session.userId },
    actors: session.actors,
    details: { sessionId: session.id, fromTenantId: previous[0]?.tenantId ?? null },
  });
}
