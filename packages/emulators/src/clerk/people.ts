import { textOf, textsOf, type Answer, type Call } from "../http/api.ts";
import type { WorldUser } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { apiError, json, notFound, unprocessable } from "./errors.ts";
import { arrayAnswer, listAnswer, wanted } from "./lists.ts";
import { deletedObject, isActive, membershipObject, sessionObject, userObject } from "./objects.ts";
import { createSession, mintSessionToken, revokeSession, sessionCookies } from "./sessions.ts";
import { newId } from "./stamps.ts";
import { templateToken } from "./tokens.ts";
import { signToken } from "../oidc/sign.ts";

/** `GET /users`: a bare array. `starting_after` works in the order of creation only. */
export function listUsers(context: ClerkContext, call: Call): Answer {
  const { searchParams } = call.url;
  const after = searchParams.get("starting_after");
  const isByCreation = /^[+-]?created_at$/.test(searchParams.get("order_by") ?? "created_at");
  if (after !== null && !isByCreation) return unprocessable("starting_after");
  const users = matching(context, call).map((user) => userObject(context, user));
  if (after === null) return arrayAnswer(call, users);
  const position = context.stamps.createdAt(after);
  const isAscending = searchParams.get("order_by")?.startsWith("-") === false;
  return arrayAnswer(
    call,
    users.filter(({ created_at: at }) =>
      isAscending ? Number(at) > position : Number(at) < position,
    ),
  );
}

/** `GET /users/count`. */
export function countUsers(context: ClerkContext, call: Call): Answer {
  return json({ object: "total_count", total_count: matching(context, call).length });
}

/** `POST /users`. */
export function createUser(context: ClerkContext, { body }: Call): Answer {
  const [email] = textsOf(body, "email_address") ?? [];
  if (email === undefined) return unprocessable("email_address");
  if (context.world.userByEmail(email) !== undefined) {
    return apiError(422, "form_identifier_exists", "That email address is taken.");
  }
  const name = [textOf(body, "first_name"), textOf(body, "last_name")].filter(Boolean).join(" ");
  const user = context.world.users.add({ id: newId("user"), email, emailVerified: true, name });
  return json(userObject(context, user));
}

/** `GET`, `PATCH` and `DELETE /users/:id`. */
export function serveUser(
  context: ClerkContext,
  { params, body }: Call,
  action: "get" | "update" | "delete",
): Answer {
  const user = context.world.users.get(textOf(params, "id") ?? "");
  if (user === undefined) return notFound();
  if (action === "delete") {
    context.world.users.remove(user.id);
    return json(deletedObject("user", user.id));
  }
  if (action === "get") return json(userObject(context, user));
  const [first = "", ...rest] = user.name.split(" ");
  const name = [
    textOf(body, "first_name") ?? first,
    textOf(body, "last_name") ?? rest.join(" "),
  ].join(" ");
  return json(userObject(context, context.world.users.update(user.id, { name: name.trim() })));
}

/** `GET /users/:id/organization_memberships`. */
export function listMembershipsOfUser(context: ClerkContext, call: Call): Answer {
  const user = context.world.users.get(textOf(call.params, "id") ?? "");
  if (user === undefined) return notFound();
  const rows = context.world.memberships.ofUser(user.id).filter(isActive);
  return listAnswer(
    call,
    rows.map((row) => membershipObject(context, row)),
  );
}

/** `GET /sessions`; one of the two filters is required. */
export function listSessions(context: ClerkContext, call: Call): Answer {
  const { searchParams } = call.url;
  const [user, client] = [searchParams.get("user_id"), searchParams.get("client_id")];
  if (user === null && client === null) return unprocessable("user_id");
  const status = searchParams.get("status");
  const sessions = [...context.state.sessions.values()].filter(
    (session) =>
      (user === null || session.userId === user) &&
      (client === null || session.clientId === client) &&
      (status === null || session.status === status),
  );
  return listAnswer(call, sessions.map(sessionObject));
}

/** `POST /sessions`, which development instances have. */
export function makeSession(context: ClerkContext, { body }: Call): Answer {
  const user = context.world.users.get(textOf(body, "user_id") ?? "");
  if (user === undefined) return notFound();
  return json(sessionObject(createSession(context, { userId: user.id })));
}

/** `GET /sessions/:id` and `POST /sessions/:id/revoke`. */
export function serveSession(
  context: ClerkContext,
  { params }: Call,
  action: "get" | "revoke",
): Answer {
  const session = context.state.sessions.get(textOf(params, "id") ?? "");
  if (session === undefined) return notFound();
  if (action === "revoke") revokeSession(context, session);
  return json(sessionObject(session));
}

/** `POST /sessions/:id/tokens` and `/tokens/:template`. */
export async function createToken(context: ClerkContext, { params }: Call): Promise<Answer> {
  const session = context.state.sessions.get(textOf(params, "id") ?? "");
  if (session === undefined || session.status !== "active") return notFound();
  const template = textOf(params, "template");
  const jwt =
    template === undefined
      ? await mintSessionToken(context, session, null)
      : await signToken(
          context.keyRing(),
          templateToken(context, { userId: session.userId, claims: { aud: template } }),
        );
  return json({ object: "token", jwt });
}

/** `POST /sessions/:id/refresh`: new cookies for a session that the refresh cookie stands for. */
export async function refreshSession(
  context: ClerkContext,
  { params, body }: Call,
): Promise<Answer> {
  const session = context.state.sessions.get(textOf(params, "id") ?? "");
  if (session?.status !== "active") return notFound();
  // What the vendor checks and answers here is not documented. The stricter reading: a refresh token
  // works once, and only beside a token of the same session that we have signed.
  const expired = await context.claimsOf(textOf(body, "expired_token") ?? "");
  const isTheirs =
    session.refreshToken !== null && textOf(body, "refresh_token") === session.refreshToken;
  if (!isTheirs || expired?.["sid"] !== session.id) {
    return apiError(401, "authentication_invalid", "The refresh token is not this session's.");
  }
  session.refreshToken = newId("rt");
  const origin = textOf(body, "request_origin") ?? null;
  return json({ object: "cookies", cookies: await sessionCookies(context, session, origin) });
}

/** `POST /actor_tokens`: a link that signs a supporter in as somebody. */
export function createActorToken(context: ClerkContext, { body }: Call): Answer {
  const user = context.world.users.get(textOf(body, "user_id") ?? "");
  if (user === undefined) return notFound();
  const at = context.stamps.tick();
  const id = newId("act");
  return json({
    object: "actor_token",
    id,
    status: "pending",
    user_id: user.id,
    actor: body["actor"] ?? null,
    token: newId("actor"),
    url: `${context.issuer}/v1/tickets/accept?ticket=${id}`,
    created_at: at,
    updated_at: at,
  });
}

function matching({ world }: ClerkContext, call: Call): readonly WorldUser[] {
  const ids = wanted(call, "user_id");
  const emails = wanted(call, "email_address");
  const organizations = wanted(call, "organization_id");
  return world.users
    .list()
    .filter(
      (user) =>
        (ids?.includes(user.id) ?? true) &&
        (emails?.includes(user.email) ?? true) &&
        (organizations?.some((id) => world.memberships.get(user.id, id)?.status === "active") ??
          true),
    );
}
