import { textOf, type Answer, type Call } from "../http/api.ts";
import type { WorkosContext } from "./context.ts";
import { apiError, notFound, unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import { invitationObject } from "./objects.ts";
import { newId } from "./stamps.ts";

const DEFAULT_DAYS = 7;
const DAY_MS = 86_400_000;

/** `POST /user_management/invitations`. */
export function createInvitation(context: WorkosContext, { body }: Call): Answer {
  const { world, state, stamps } = context;
  const email = textOf(body, "email");
  const organizationId = textOf(body, "organization_id") ?? null;
  const roleSlug = textOf(body, "role_slug") ?? null;
  const days = body["expires_in_days"] ?? DEFAULT_DAYS;
  if (email === undefined || !email.includes("@")) return unprocessable("email");
  if (typeof days !== "number" || days < 1 || days > 30) return unprocessable("expires_in_days");
  if (organizationId !== null && world.tenants.get(organizationId) === undefined) {
    return notFound("organization");
  }
  if (roleSlug !== null && world.roles.get(roleSlug) === undefined) {
    return unprocessable("role_slug", "invalid_role");
  }
  const user = world.userByEmail(email);
  if (user !== undefined && world.memberships.get(user.id, organizationId ?? "") !== undefined) {
    return apiError(400, "user_already_organization_member", "The user is a member already.");
  }
  const id = newId("invitation");
  stamps.touch(id);
  const invitation = {
    id,
    email,
    organizationId,
    roleSlug,
    token: newId("token"),
    expiresAtMs: Date.now() + days * DAY_MS,
    state: "pending" as const,
    acceptedUserId: null,
  };
  state.invitations.set(id, invitation);
  const object = invitationObject(context, invitation);
  context.emit("invitation.created", object);
  return { status: 201, body: object };
}

/** `GET /user_management/invitations`. */
export function listInvitations(context: WorkosContext, { url }: Call): Answer {
  const email = url.searchParams.get("email");
  const organizationId = url.searchParams.get("organization_id");
  const items = [...context.state.invitations.values()]
    .filter((each) => email === null || each.email === email)
    .filter((each) => organizationId === null || each.organizationId === organizationId)
    .map((each) => invitationObject(context, each));
  return listAnswer(context, items, url.searchParams);
}

/** `GET /user_management/invitations/:id`, by its token, and `accept`, `revoke`, `resend`. */
export function serveInvitation(
  context: WorkosContext,
  { params }: Call,
  what: "get" | "accept" | "revoke" | "resend",
): Answer {
  const { state, stamps, world } = context;
  const token = textOf(params, "token");
  const invitation =
    token === undefined
      ? state.invitations.get(textOf(params, "id") ?? "")
      : [...state.invitations.values()].find((each) => each.token === token);
  if (invitation === undefined) return notFound("invitation");
  if (what === "get") return { status: 200, body: invitationObject(context, invitation) };
  if (invitation.state !== "pending" || invitation.expiresAtMs <= Date.now()) {
    return apiError(400, "invite_not_pending", "The invitation is not pending.");
  }
  if (what === "accept") {
    const user = world.userByEmail(invitation.email);
    if (user === undefined) return notFound("user");
    invitation.state = "accepted";
    invitation.acceptedUserId = user.id;
    if (invitation.organizationId !== null) {
      const roles = invitation.roleSlug === null ? [] : [invitation.roleSlug];
      const tenantId = invitation.organizationId;
      world.memberships.add({ userId: user.id, tenantId, roles, status: "active" });
    }
  }
  if (what === "revoke") invitation.state = "revoked";
  stamps.touch(invitation.id);
  const object = invitationObject(context, invitation);
  context.emit(`invitation.${EVENTS[what]}`, object);
  return { status: 200, body: object };
}

const EVENTS = { accept: "accepted", revoke: "revoked", resend: "resent" } as const;
