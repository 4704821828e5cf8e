import { textOf, textsOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { MembershipStatus, WorldMembership, WorldUser } from "../world/types.ts";
import type { WorkosContext } from "./context.ts";
import { apiError, notFound, unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import { membershipObject, sessionObject, userObject } from "./objects.ts";
import { newId } from "./stamps.ts";

/** `POST /user_management/users`. */
export function createUser(context: WorkosContext, { body }: Call): Answer {
  const email = textOf(body, "email");
  if (email === undefined) return unprocessable("email");
  if (context.world.userByEmail(email) !== undefined) {
    return apiError(409, "email_not_available", "The e-mail address is in use.");
  }
  const id = newId("user");
  context.stamps.touch(id);
  const emailVerified = body["email_verified"] === true;
  const user = context.world.users.add({ id, email, emailVerified, name: nameOf(body, email) });
  return { status: 201, body: userObject(context, user) };
}

/** `PUT /user_management/users/:id`. */
export function updateUser(context: WorkosContext, { params, body }: Call): Answer {
  const user = context.world.users.get(textOf(params, "id") ?? "");
  if (user === undefined) return notFound("user");
  const externalId = textOf(body, "external_id");
  if (externalId !== undefined) {
    const owner = userIdOf(context, externalId);
    if (owner !== undefined && owner !== user.id) {
      return apiError(409, "external_id_already_used", "The external ID is another user's.");
    }
    context.state.externalIds.set(user.id, externalId);
  }
  const after = context.world.users.update(user.id, {
    name: nameOf(body, user.name),
    email: textOf(body, "email") ?? user.email,
  });
  return { status: 200, body: userObject(context, after) };
}

/** `GET /user_management/users`. */
export function listUsers(context: WorkosContext, { url }: Call): Answer {
  const { world } = context;
  const email = url.searchParams.get("email")?.toLowerCase();
  const organizationId = url.searchParams.get("organization_id");
  const isWanted = (user: WorldUser) =>
    (email === undefined || user.email.toLowerCase() === email) &&
    (organizationId === null ||
      world.memberships.get(user.id, organizationId)?.status === "active");
  const users = world.users.list().filter(isWanted);
  return listAnswer(
    context,
    users.map((user) => userObject(context, user)),
    url.searchParams,
  );
}

/** `GET /user_management/users/:id`. */
export function getUser(context: WorkosContext, { params }: Call): Answer {
  const user = context.world.users.get(textOf(params, "id") ?? "");
  return user === undefined ? notFound("user") : { status: 200, body: userObject(context, user) };
}

/** `GET /user_management/users/external_id/:id`. */
export function getUserByExternalId(context: WorkosContext, { params }: Call): Answer {
  const user = context.world.users.get(userIdOf(context, textOf(params, "id") ?? "") ?? "");
  return user === undefined ? notFound("user") : { status: 200, body: userObject(context, user) };
}

/** Whom an application calls this. */
export function userIdOf({ state }: WorkosContext, externalId: string): string | undefined {
  return [...state.externalIds].find(([, external]) => external === externalId)?.[0];
}

/** `DELETE /user_management/users/:id`. */
export function deleteUser(context: WorkosContext, { params }: Call): Answer {
  const isGone = context.world.users.remove(textOf(params, "id") ?? "");
  context.state.externalIds.delete(textOf(params, "id") ?? "");
  return isGone ? { status: 202 } : notFound("user");
}

/** `GET /user_management/users/:id/sessions`. */
export function listSessions(context: WorkosContext, { params, url }: Call): Answer {
  const id = textOf(params, "id") ?? "";
  if (context.world.users.get(id) === undefined) return notFound("user");
  const sessions = [...context.state.sessions.values()].filter((each) => each.userId === id);
  for (const session of sessions) {
    if (context.stamps.position(session.id) < 0) context.stamps.touch(session.id);
  }
  return listAnswer(context, sessions.map(sessionObject), url.searchParams);
}

/** `POST /user_management/organization_memberships`; one that is inactive is activated again. */
export function createMembership(context: WorkosContext, { body }: Call): Answer {
  const { world } = context;
  const userId = textOf(body, "user_id") ?? "";
  const tenantId = textOf(body, "organization_id") ?? "";
  if (world.users.get(userId) === undefined) return notFound("user");
  if (world.tenants.get(tenantId) === undefined) return notFound("organization");
  const roles = rolesOf(body);
  if (!roles.every((slug) => world.roles.get(slug) !== undefined)) {
    return unprocessable("role_slug", "invalid_role");
  }
  const known = world.memberships.get(userId, tenantId);
  if (known !== undefined && known.status !== "inactive") {
    return apiError(409, "organization_membership_already_exists", "The user is a member already.");
  }
  const status = "active" as const;
  const row =
    known === undefined
      ? world.memberships.add({ userId, tenantId, roles, status })
      : world.memberships.update(userId, tenantId, { roles, status });
  return { status: 201, body: membershipObject(context, row) };
}

/** `GET /user_management/organization_memberships`: only active ones unless `statuses` says more. */
export function listMemberships(context: WorkosContext, { url }: Call): Answer {
  const userId = url.searchParams.get("user_id");
  const tenantId = url.searchParams.get("organization_id");
  if (userId === null && tenantId === null) return unprocessable("user_id");
  const statuses: readonly string[] = url.searchParams.get("statuses")?.split(",") ?? ["active"];
  const rows = context.world.memberships
    .list()
    .filter(
      (row) =>
        (userId === null || row.userId === userId) &&
        (tenantId === null || row.tenantId === tenantId) &&
        statuses.includes(row.status),
    );
  const items = rows.map((row) => membershipObject(context, row));
  return listAnswer(context, items, url.searchParams);
}

/** `GET`, `PUT`, `DELETE /user_management/organization_memberships/:id` and its two switches. */
export function serveMembership(
  context: WorkosContext,
  { params, body }: Call,
  what: "get" | "update" | "delete" | "deactivate" | "reactivate",
): Answer {
  const { memberships, roles: known } = context.world;
  const row = findMembership(context, textOf(params, "id") ?? "");
  if (row === undefined) return notFound("organization membership");
  const { userId, tenantId } = row;
  const put = (patch: { roles?: readonly string[]; status?: MembershipStatus }): Answer => ({
    status: 200,
    body: membershipObject(context, memberships.update(userId, tenantId, patch)),
  });
  switch (what) {
    case "get":
      return { status: 200, body: membershipObject(context, row) };
    case "delete":
      memberships.remove(userId, tenantId);
      return { status: 202 };
    case "deactivate":
      return put({ status: "inactive" });
    case "reactivate":
      return put({ status: "active" });
    case "update":
      break;
  }
  const roles = rolesOf(body);
  return roles.every((slug) => known.get(slug) !== undefined)
    ? put({ roles })
    : unprocessable("role_slug", "invalid_role");
}

function findMembership({ world, stamps }: WorkosContext, id: string): WorldMembership | undefined {
  return world.memberships
    .list()
    .find((row) => stamps.membershipId(row.userId, row.tenantId) === id);
}

function rolesOf(body: Fields): readonly string[] {
  const one = textOf(body, "role_slug");
  return textsOf(body, "role_slugs") ?? (one === undefined ? [] : [one]);
}

function nameOf(body: Fields, otherwise: string): string {
  const parts = [textOf(body, "first_name"), textOf(body, "last_name")];
  return (
    textOf(body, "name") ?? (parts.filter((part) => part !== undefined).join(" ") || otherwise)
  );
}
