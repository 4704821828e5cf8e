import { textOf, textsOf, type Answer, type Call, type Fields } from "../http/api.ts";
import { challengeOf, refusePlace } from "./authenticate.ts";
import { beginAttempt } from "./authorize.ts";
import { goBack, noticeAnswer } from "./browser.ts";
import type { WorkosContext } from "./context.ts";
import { newId } from "./stamps.ts";
import type { ConnectGrant } from "./state.ts";
import { connectClaims, machineClaims, signOutgoing } from "./tokens.ts";

/** The scopes of a person's grant; the vendor has no others. */
const SCOPES = ["openid", "profile", "email", "offline_access"];

/**
 * Metadata of the AuthKit domain (RFC 8414). The OpenID document lacks what MCP clients look for, as
 * it does at the vendor.
 */
export function serveMetadata(context: WorkosContext, document: "oauth" | "openid"): Answer {
  const { authkitOrigin: issuer, options } = context;
  const endpoint = (path: string) => `${issuer}/oauth2/${path}`;
  return {
    status: 200,
    body: {
      issuer,
      authorization_endpoint: endpoint("authorize"),
      token_endpoint: endpoint("token"),
      jwks_uri: endpoint("jwks"),
      introspection_endpoint: endpoint("introspection"),
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "client_credentials", "refresh_token"],
      scopes_supported: SCOPES,
      token_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"],
      ...(document === "openid"
        ? { id_token_signing_alg_values_supported: ["RS256"], subject_types_supported: ["public"] }
        : {
            code_challenge_methods_supported: ["S256"],
            ...(options.dynamicClientRegistration === true
              ? { registration_endpoint: endpoint("register") }
              : {}),
          }),
    },
  };
}

/** `POST /oauth2/register` (RFC 7591): public clients only, if the environment allows it. */
export function serveRegister({ options, state }: WorkosContext, { body }: Call): Answer {
  const redirectUris = textsOf(body, "redirect_uris");
  if (options.dynamicClientRegistration !== true)
    return { status: 404, body: { error: "not_found" } };
  if (redirectUris === undefined || redirectUris.length === 0) {
    return { status: 400, body: { error: "invalid_redirect_uri" } };
  }
  const client = {
    clientId: newId("client"),
    redirectUris,
    name: textOf(body, "client_name") ?? "an MCP client",
  };
  state.connectClients.set(client.clientId, client);
  return {
    status: 201,
    body: {
      client_id: client.clientId,
      client_name: client.name,
      redirect_uris: redirectUris,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  };
}

/** `GET /oauth2/authorize`. PKCE is required of everybody. */
export function serveConnectAuthorize(context: WorkosContext, { url }: Call): Answer {
  const query = url.searchParams;
  const client = context.state.connectClients.get(query.get("client_id") ?? "");
  if (client === undefined) return noticeAnswer("Unknown client", "It is not registered here.");
  if (!client.redirectUris.includes(query.get("redirect_uri") ?? "")) {
    return noticeAnswer("Unknown redirect URI", "It is not one of the registered addresses.");
  }
  const back = (error: string, description: string) => goBack(query, { error, description });
  if (query.get("response_type") !== "code") {
    return back("unsupported_response_type", "Only code is known.");
  }
  if (!query.has("code_challenge") || query.get("code_challenge_method") !== "S256") {
    return back("invalid_request", "PKCE with S256 is required.");
  }
  const scopes = (query.get("scope") ?? "openid").split(" ");
  if (!scopes.every((scope) => SCOPES.includes(scope))) {
    return back("invalid_scope", "A scope is not known.");
  }
  if (audienceOf(context, query.get("resource")) === null) {
    return back("invalid_target", "The resource is not registered.");
  }
  // The organization is chosen at consent, so nobody is passed on without being asked.
  return beginAttempt(context, { query, purpose: "connect", cookie: undefined });
}

/**
 * The audience of a token for a resource: the resource, if it is registered as an exact string. With
 * none registered the environment's client id, whatever was asked for. Null: refused.
 */
export function audienceOf({ options }: WorkosContext, resource: string | null): string | null {
  const registered = options.resources ?? [];
  if (registered.length === 0) return options.clientId;
  // Without a default indicator the vendor falls back to the client id (stricter: no audience that
  // a resource server would take for its own).
  if (resource === null) return options.clientId;
  return registered.includes(resource) ? resource : null;
}

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
