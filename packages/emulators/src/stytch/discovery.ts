import { textOf, type Answer, type Call } from "../http/api.ts";
import type { WorldUser } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, organizationNotFound, sessionNotFound, stytchError } from "./errors.ts";
import { beginIntermediate, finishSignIn, missingOf } from "./finish.ts";
import { findTenant, memberObject, organizationObject } from "./objects.ts";
import { createOrganization } from "./organizations.ts";
import { takeToken } from "./one-time.ts";
import { findSession, minutesOf } from "./live-sessions.ts";
import type { Factor } from "./state.ts";

/** `POST /v1/b2b/magic_links/discovery/authenticate` and `/oauth/discovery/authenticate`. */
export function authenticateDiscovery(
  context: StytchContext,
  { body }: Call,
  kind: "discovery_magic_link" | "discovery_oauth",
): Answer {
  const taken = takeToken(context, kind, body);
  if ("status" in taken) return taken;
  const { userId, factor } = taken;
  const user = context.world.users.get(userId);
  if (user === undefined) return stytchError(404, "user_not_found", "They are gone.");
  const isProven = kind === "discovery_magic_link" || user.emailVerified;
  return discoveryAnswer(context, user, { factor, isProven });
}

/** What every "authenticate" of discovery answers. */
export function discoveryAnswer(
  context: StytchContext,
  user: WorldUser,
  { factor, isProven }: { readonly factor: Factor; readonly isProven: boolean },
): Answer {
  return good({
    intermediate_session_token: beginIntermediate(context, {
      userId: user.id,
      factors: [factor],
      tenantId: null,
    }),
    email_address: user.email,
    full_name: user.name,
    // An address that nobody has proven discovers nothing: what the vendor does then is not
    // documented, and this is the stricter reading.
    discovered_organizations: isProven ? discovered(context, user.id, [factor]) : [],
    provider_type: "Google",
    provider_tenant_id: "",
    provider_tenant_ids: [],
  });
}

/** `POST /v1/b2b/discovery/organizations`, with a session or an intermediate one. */
export async function listDiscovered(context: StytchContext, { body }: Call): Promise<Answer> {
  const token = textOf(body, "intermediate_session_token");
  const intermediate = context.state.intermediate.get(token ?? "");
  const session = token === undefined ? await findSession(context, body) : null;
  const known = intermediate ?? session;
  if (known === null || known.expiresAtMs < Date.now()) return sessionNotFound();
  const user = context.world.users.get(known.userId);
  return good({
    email_address: user?.email ?? "",
    discovered_organizations:
      user?.emailVerified === true ? discovered(context, known.userId, known.factors) : [],
    organization_id_hint: null,
  });
}

/** `POST /v1/b2b/discovery/intermediate_sessions/exchange`. */
export async function exchangeIntermediate(
  context: StytchContext,
  { body }: Call,
): Promise<Answer> {
  const { state } = context;
  const token = textOf(body, "intermediate_session_token") ?? "";
  const found = state.intermediate.get(token);
  if (found === undefined || found.expiresAtMs < Date.now()) {
    return stytchError(404, "intermediate_session_not_found", "The intermediate session is over.");
  }
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const minutes = minutesOf(body);
  if (minutes === null) return invalid("session_duration_minutes");
  state.intermediate.delete(token);
  const { userId, factors } = found;
  return finishSignIn(context, { userId, factors, minutes, tenantId: tenant.id });
}

/** `POST /v1/b2b/discovery/organizations/create`: a new one, with its first member. */
export async function createDiscovered(context: StytchContext, call: Call): Promise<Answer> {
  const { state, world } = context;
  const token = textOf(call.body, "intermediate_session_token") ?? "";
  const found = state.intermediate.get(token);
  if (found === undefined || found.expiresAtMs < Date.now()) {
    return stytchError(404, "intermediate_session_not_found", "The intermediate session is over.");
  }
  const minutes = minutesOf(call.body);
  if (minutes === null) return invalid("session_duration_minutes");
  const name = textOf(call.body, "organization_name") ?? "New organization";
  const made = createOrganization(context, {
    ...call,
    body: { ...call.body, organization_name: name },
  });
  const tenant = world.tenants.list().at(-1);
  if (made.status !== 200 || tenant === undefined) return made;
  state.intermediate.delete(token);
  const { userId, factors } = found;
  // The vendor gives them `stytch_admin`, which the world has no word for.
  world.memberships.add({ userId, tenantId: tenant.id, roles: [], status: "active" });
  return finishSignIn(context, { userId, factors, minutes, tenantId: tenant.id });
}

/** Every organization of one person: one that they may enter, or that waits for their consent. */
function discovered(context: StytchContext, userId: string, factors: readonly Factor[]) {
  const { world, state, ids } = context;
  return world.memberships.ofUser(userId).flatMap((membership) => {
    const tenant = world.tenants.get(membership.tenantId);
    if (tenant === undefined || membership.status === "inactive") return [];
    const missing = missingOf(context, { ...membership, factors });
    const isInvited = state.invited.has(ids.memberId(membership));
    const pending = isInvited ? "invited_member" : "pending_member";
    return [
      {
        organization: organizationObject(context, tenant),
        membership: {
          type: membership.status === "active" ? "active_member" : pending,
          details: null,
          member: memberObject(context, membership),
        },
        member_authenticated: missing === null && (membership.status === "active" || isInvited),
        primary_required: missing?.primary_required ?? null,
        mfa_required: missing?.mfa_required ?? null,
      },
    ];
  });
}
