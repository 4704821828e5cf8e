import { textOf, type Answer, type Call, type Fields } from "../../http/api.ts";
import { challengeOf, refusePlace } from "../authenticate.ts";
import type { WorkosContext } from "../context.ts";
import { newId } from "../stamps.ts";
import type { ConnectGrant } from "../state.ts";
import { connectClaims, machineClaims, signOutgoing } from "../tokens.ts";
import { audienceOf } from "./resources.ts";

/** `POST /oauth2/token`. */
export async function serveToken(context: WorkosContext, call: Call): Promise<Answer> {
  switch (textOf(call.body, "grant_type") ?? "") {
    case "client_credentials":
      return machineGrant(context, call);
    case "authorization_code":
      return codeGrant(context, call.body);
    case "refresh_token":
      return refreshGrant(context, call.body);
    default:
      return { status: 400, body: { error: "unsupported_grant_type" } };
  }
}

/** The client that a request proves to be: by form or by Basic. */
function authenticated({ world }: WorkosContext, { body, headers }: Call) {
  const [scheme, encoded = ""] = (headers.authorization ?? "").split(" ");
  const [basicId = "", basicSecret = ""] =
    scheme === "Basic" ? Buffer.from(encoded, "base64").toString("utf8").split(":") : [];
  const id = textOf(body, "client_id") ?? decodeURIComponent(basicId);
  const secret = textOf(body, "client_secret") ?? decodeURIComponent(basicSecret);
  const service = world.services.get(id);
  return service?.clientSecret === secret ? service : null;
}

const INVALID_CLIENT: Answer = {
  status: 401,
  headers: { "www-authenticate": 'Basic realm="AuthKit"' },
  body: { error: "invalid_client", error_description: "Invalid client ID or secret." },
};

async function machineGrant(context: WorkosContext, call: Call): Promise<Answer> {
  const service = authenticated(context, call);
  if (service === null) return INVALID_CLIENT;
  const asked = textOf(call.body, "scope")?.split(" ") ?? service.scopes;
  if (!asked.every((scope) => service.scopes.includes(scope))) {
    return { status: 400, body: { error: "invalid_scope" } };
  }
  const claims = machineClaims(
    context,
    { clientId: service.clientId, organizationId: service.tenantId },
    asked,
  );
  return tokenAnswer({ access_token: await issue(context, claims), scope: asked.join(" ") });
}

async function codeGrant(context: WorkosContext, body: Fields): Promise<Answer> {
  const value = textOf(body, "code") ?? "";
  const code = context.state.connectCodes.get(value);
  context.state.connectCodes.delete(value);
  const isGood =
    code !== undefined &&
    code.expiresAtMs > Date.now() &&
    code.clientId === textOf(body, "client_id") &&
    code.redirectUri === textOf(body, "redirect_uri") &&
    code.challenge === challengeOf(textOf(body, "code_verifier") ?? "");
  const resource = textOf(body, "resource") ?? code?.resource ?? null;
  if (!isGood || (code.resource !== null && code.resource !== resource)) {
    return { status: 400, body: { error: "invalid_grant" } };
  }
  if (refusePlace(context, code.userId, code.organizationId) !== null) {
    return { status: 400, body: { error: "invalid_grant" } };
  }
  const audience = audienceOf(context, resource);
  if (audience === null) return { status: 400, body: { error: "invalid_target" } };
  return grantAnswer(context, { ...code, audience, consentId: newId("app_consent") });
}

async function refreshGrant(context: WorkosContext, body: Fields): Promise<Answer> {
  const token = textOf(body, "refresh_token") ?? "";
  const grant = context.state.connectRefreshTokens.get(token);
  context.state.connectRefreshTokens.delete(token);
  const isGood = grant !== undefined && grant.clientId === textOf(body, "client_id");
  // Stricter than documented: the person must still be a member of the organization.
  if (!isGood || refusePlace(context, grant.userId, grant.organizationId) !== null) {
    return { status: 400, body: { error: "invalid_grant" } };
  }
  return grantAnswer(context, grant);
}

async function grantAnswer(context: WorkosContext, grant: ConnectGrant): Promise<Answer> {
  const accessToken = await issue(context, connectClaims(context, grant));
  const isOffline = grant.scope.split(" ").includes("offline_access");
  const refreshToken = newId("rt");
  context.clients.use(grant.clientId);
  if (isOffline) context.state.connectRefreshTokens.set(refreshToken, grant);
  return tokenAnswer({
    access_token: accessToken,
    scope: grant.scope,
    ...(isOffline ? { refresh_token: refreshToken } : {}),
  });
}

async function issue(
  context: WorkosContext,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const token = await signOutgoing(context, claims);
  context.state.connectTokens.set(token, claims);
  return token;
}

/** `POST /oauth2/introspection` (RFC 7662), for machine clients of the environment. */
export function serveIntrospection(context: WorkosContext, call: Call): Answer {
  if (authenticated(context, call) === null) return INVALID_CLIENT;
  const claims = context.state.connectTokens.get(textOf(call.body, "token") ?? "");
  const expiresAt = claims?.["exp"];
  if (claims === undefined || typeof expiresAt !== "number" || expiresAt * 1000 <= Date.now()) {
    return { status: 200, body: { active: false } };
  }
  const { aud: _aud, ...rest } = claims;
  return { status: 200, body: { active: true, token_type: "access_token", ...rest } };
}

function tokenAnswer(body: Fields): Answer {
  return {
    status: 200,
    headers: { "cache-control": "no-store" },
    body: { token_type: "Bearer", expires_in: 300, ...body },
  };
}
