import { textOf, textsOf, type Answer, type Call } from "../http/api.ts";
import type { WorkosContext } from "./context.ts";
import { notFound, unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import { apiKeyObject } from "./objects.ts";
import { newId } from "./stamps.ts";
import type { IssuedApiKey } from "./state.ts";

/** What a new API key is for. */
export interface ApiKeyWish {
  readonly name: string;
  readonly organizationId: string;
  /** Null: the organization's own. */
  readonly userId: string | null;
  readonly permissions: readonly string[];
  readonly expiresAtMs: number | null;
}

/** Issues a key. Its value has the prefix of the vendor's own management keys. */
export function issueApiKey(context: WorkosContext, wish: ApiKeyWish): IssuedApiKey {
  const id = newId("api_key");
  const key: IssuedApiKey = { ...wish, id, value: newId("sk"), lastUsedAtMs: null };
  context.stamps.touch(id);
  context.state.apiKeys.set(id, key);
  context.emit("api_key.created", apiKeyObject(context, key));
  return key;
}

/** Takes a key back. False if there is none. */
export function revokeApiKey(context: WorkosContext, id: string): boolean {
  const key = context.state.apiKeys.get(id);
  if (key === undefined) return false;
  context.state.apiKeys.delete(id);
  context.stamps.touch(id);
  context.emit("api_key.revoked", apiKeyObject(context, key));
  return true;
}

/** `POST /organizations/:id/api_keys` and `POST /user_management/users/:id/api_keys`. */
export function createApiKey(
  context: WorkosContext,
  { params, body }: Call,
  owner: "organization" | "user",
): Answer {
  const id = textOf(params, "id") ?? "";
  const organizationId = owner === "organization" ? id : textOf(body, "organization_id");
  const name = textOf(body, "name");
  const expires = textOf(body, "expires_at");
  if (name === undefined) return unprocessable("name");
  if (organizationId === undefined) return unprocessable("organization_id");
  if (context.world.tenants.get(organizationId) === undefined) return notFound("organization");
  if (owner === "user" && context.world.memberships.get(id, organizationId)?.status !== "active") {
    return notFound("user");
  }
  const key = issueApiKey(context, {
    name,
    organizationId,
    userId: owner === "user" ? id : null,
    permissions: textsOf(body, "permissions") ?? [],
    expiresAtMs: expires === undefined ? null : Date.parse(expires),
  });
  return { status: 201, body: { ...apiKeyObject(context, key), value: key.value } };
}

/** `GET /organizations/:id/api_keys` and `GET /user_management/users/:id/api_keys`. */
export function listApiKeys(
  context: WorkosContext,
  { params, url }: Call,
  owner: "organization" | "user",
): Answer {
  const id = textOf(params, "id") ?? "";
  const keys = [...context.state.apiKeys.values()].filter((key) =>
    owner === "user" ? key.userId === id : key.userId === null && key.organizationId === id,
  );
  const items = keys.map((key) => apiKeyObject(context, key));
  return listAnswer(context, items, url.searchParams);
}

/** `DELETE /api_keys/:id`. */
export function deleteApiKey(context: WorkosContext, { params }: Call): Answer {
  return revokeApiKey(context, textOf(params, "id") ?? "") ? { status: 204 } : notFound("API key");
}

/**
 * `POST /api_keys/validations`. A key that is unknown, revoked or expired is `null` with status 200.
 * A user's key ends with the membership: whether it does at the vendor is not documented, so the
 * stricter reading is taken.
 */
export function validateApiKey(context: WorkosContext, { body }: Call): Answer {
  const value = textOf(body, "value");
  if (value === undefined) return unprocessable("value");
  const key = [...context.state.apiKeys.values()].find((each) => each.value === value);
  const { world } = context;
  const isGood =
    key !== undefined &&
    (key.expiresAtMs === null || key.expiresAtMs > Date.now()) &&
    world.tenants.get(key.organizationId) !== undefined &&
    (key.userId === null ||
      world.memberships.get(key.userId, key.organizationId)?.status === "active");
  if (!isGood) return { status: 200, body: { api_key: null } };
  key.lastUsedAtMs = Date.now();
  return { status: 200, body: { api_key: apiKeyObject(context, key) } };
}
