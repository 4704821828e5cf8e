import { isFields, textOf, textsOf, type Answer, type Call, type Fields } from "../http/api.ts";
import { signToken } from "../oidc/sign.ts";
import type { WorldService } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { apiError, json, notFound, unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import {
  apiKeyObject,
  deletedObject,
  machineObject,
  machineTokenObject,
  type ApiObject,
} from "./objects.ts";
import { machineId, newId } from "./stamps.ts";
import type { IssuedApiKey, IssuedMachineToken } from "./state.ts";
import { machineToken } from "./tokens.ts";

/** `GET /machines`. */
export function listMachines(context: ClerkContext, call: Call): Answer {
  return listAnswer(
    call,
    context.world.services.list().map(({ clientId }) => machineObject(context, clientId)),
  );
}

/** `GET /machines/:id` and `GET /machines/:id/secret_key`. */
export function serveMachine(
  context: ClerkContext,
  { params }: Call,
  action: "get" | "secret",
): Answer {
  const machine = machineBy(context, ({ clientId }) => machineId(clientId) === params["id"]);
  if (machine === undefined) return notFound();
  return action === "get"
    ? json(machineObject(context, machine.clientId))
    : json({ object: "machine_secret_key", secret: machine.clientSecret });
}

/** `POST /m2m_tokens`: only a machine's own secret makes tokens of that machine. */
export async function createMachineToken(context: ClerkContext, call: Call): Promise<Answer> {
  const machine = machineOfCall(context, call);
  if (machine === undefined) return unauthorized();
  const { body, params: _ } = call;
  const seconds = body["seconds_until_expiration"];
  const claims = isFields(body["claims"]) ? body["claims"] : null;
  const lifeSeconds = typeof seconds === "number" ? seconds : null;
  const subject = machineId(machine.clientId);
  if (textOf(body, "token_format") === "jwt") {
    const expiresInSeconds = lifeSeconds ?? 3600;
    const request = machineToken(context, { machine: machine.clientId, claims, expiresInSeconds });
    const token = await signToken(context.keyRing(), request);
    const expiresAtMs = Date.now() + expiresInSeconds * 1000;
    const issued = issueMachineToken(context, { subject, claims, expiresAtMs, token });
    return json({ ...machineTokenObject(issued), token });
  }
  const expiresAtMs = lifeSeconds === null ? null : Date.now() + lifeSeconds * 1000;
  const issued = issueMachineToken(context, { subject, claims, expiresAtMs });
  return json({ ...machineTokenObject(issued), token: issued.token });
}

/** What a machine's token is issued for. */
export interface MachineTokenWish {
  /** The machine that it is of. */
  readonly subject: string;
  /** The machines that it may talk to. Default: itself, because the world has no such list. */
  readonly scopes?: readonly string[];
  readonly claims?: Fields | null;
  readonly expiresAtMs?: number | null;
  /** A signed one, which is remembered by nobody. Default: a new opaque one. */
  readonly token?: string;
}

/** Issues a machine's token. */
export function issueMachineToken(
  { state, stamps }: ClerkContext,
  { subject, scopes = [subject], claims = null, expiresAtMs = null, token }: MachineTokenWish,
): IssuedMachineToken {
  const issued: IssuedMachineToken = {
    id: newId("mt"),
    token: token ?? newId("mt"),
    subject,
    scopes,
    claims,
    expiresAtMs,
    createdAtMs: stamps.tick(),
    revoked: false,
  };
  if (token === undefined) state.machineTokens.set(issued.token, issued);
  return issued;
}

/**
 * `POST /m2m_tokens/verify`. Whoever asks with a machine's secret learns about tokens for that machine
 * only; with the instance's, about all. That a revoked or expired one gets a body that says so, as an
 * API key does, is not documented; callers must look, which is the stricter reading.
 */
export function verifyMachineToken(context: ClerkContext, call: Call): Answer {
  const machine = machineOfCall(context, call);
  const isInstance = call.headers.authorization === `Bearer ${context.secretKey}`;
  if (!isInstance && machine === undefined) return unauthorized();
  const issued = context.state.machineTokens.get(textOf(call.body, "token") ?? "");
  const isForCaller =
    machine === undefined || issued?.scopes.includes(machineId(machine.clientId)) === true;
  if (issued === undefined || !isForCaller)
    return apiError(404, "token-invalid", "Machine token not found");
  return json(machineTokenObject(issued));
}

/** `POST /m2m_tokens/:id/revoke`. */
export function revokeMachineToken(context: ClerkContext, { params }: Call): Answer {
  const issued = [...context.state.machineTokens.values()].find(({ id }) => id === params["id"]);
  if (issued === undefined) return notFound();
  issued.revoked = true;
  return json(machineTokenObject(issued));
}

/** `GET /api_keys?subject=`. */
export function listApiKeys(context: ClerkContext, call: Call): Answer {
  const subject = call.url.searchParams.get("subject");
  if (subject === null) return unprocessable("subject");
  const own = [...context.state.apiKeys.values()].filter((key) => key.subject === subject);
  return listAnswer(call, own.map(apiKeyObject));
}

/** `POST /api_keys`. */
export function createApiKey(context: ClerkContext, { body }: Call): Answer {
  const name = textOf(body, "name");
  const subject = textOf(body, "subject");
  if (name === undefined) return unprocessable("name");
  const { world } = context;
  const isKnown =
    world.users.get(subject ?? "") !== undefined || world.tenants.get(subject ?? "") !== undefined;
  if (subject === undefined || !isKnown) return unprocessable("subject");
  const seconds = body["seconds_until_expiration"];
  const key = issueApiKey(context, {
    name,
    subject,
    scopes: textsOf(body, "scopes") ?? [],
    claims: isFields(body["claims"]) ? body["claims"] : null,
    createdBy: textOf(body, "created_by") ?? null,
    expiresAtMs: typeof seconds === "number" ? Date.now() + seconds * 1000 : null,
  });
  return json({ ...apiKeyObject(key), secret: key.secret });
}

/** What an API key is issued for. */
export type ApiKeyWish = Omit<IssuedApiKey, "id" | "secret" | "createdAtMs" | "revoked">;

/** Issues an API key. */
export function issueApiKey({ state, stamps }: ClerkContext, wish: ApiKeyWish): IssuedApiKey {
  const createdAtMs = stamps.tick();
  const key = { ...wish, id: newId("ak"), secret: newId("ak"), createdAtMs, revoked: false };
  state.apiKeys.set(key.id, key);
  return key;
}

/** `GET`, `DELETE`, `POST …/revoke` and `GET …/secret` of `/api_keys/:id`. */
export function serveApiKey(
  { state }: ClerkContext,
  { params }: Call,
  action: "get" | "delete" | "revoke" | "secret",
): Answer {
  const key = state.apiKeys.get(textOf(params, "id") ?? "");
  if (key === undefined) return notFound();
  if (action === "secret") return json({ secret: key.secret });
  if (action === "revoke") key.revoked = true;
  if (action !== "delete") return json(apiKeyObject(key));
  state.apiKeys.delete(key.id);
  return json(deletedObject("api_key", key.id));
}

/**
 * `POST /api_keys/verify`. Whether a revoked or expired key gets 404 or a body that says so is not
 * documented; callers must be ready for the body, which an SDK takes for good.
 */
export function verifyApiKey({ state }: ClerkContext, { body }: Call): Answer {
  const secret = textOf(body, "secret");
  const key = [...state.apiKeys.values()].find((one) => one.secret === secret);
  return key === undefined
    ? apiError(404, "token-invalid", "API key not found")
    : json(apiKeyObject(key));
}

/** `POST /oauth_applications/access_tokens/verify`. Expiration in seconds, other than elsewhere. */
export function verifyAccessToken({ state }: ClerkContext, { body }: Call): Answer {
  const issued = state.accessTokens.get(textOf(body, "access_token") ?? "");
  if (issued === undefined) return apiError(404, "token-invalid", "OAuth token not found");
  const { id, clientId, userId, scope, expiresAtMs, createdAtMs } = issued;
  const object: ApiObject = {
    object: "clerk_idp_oauth_access_token",
    id,
    client_id: clientId,
    type: "oauth_token",
    subject: userId,
    scopes: scope.split(" "),
    revoked: false,
    revocation_reason: null,
    expired: expiresAtMs <= Date.now(),
    expiration: Math.floor(expiresAtMs / 1000),
    created_at: createdAtMs,
    updated_at: createdAtMs,
  };
  return json(object);
}

function machineOfCall(context: ClerkContext, { headers }: Call): WorldService | undefined {
  return machineBy(
    context,
    ({ clientSecret }) => headers.authorization === `Bearer ${clientSecret}`,
  );
}

function machineBy(
  { world }: ClerkContext,
  is: (service: WorldService) => boolean,
): WorldService | undefined {
  return world.services.list().find(is);
}

function unauthorized(): Answer {
  return apiError(401, "machine_secret_key_invalid", "The provided Machine Secret Key is invalid.");
}
