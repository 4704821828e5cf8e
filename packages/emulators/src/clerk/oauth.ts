import { createHash } from "node:crypto";
import { textOf, type Answer, type Call } from "../http/api.ts";
import { signToken, type SignRequest } from "../oidc/sign.ts";
import { applicationOf, type ClerkContext } from "./context.ts";
import { json, oauthError } from "./errors.ts";
import type { ClerkOAuthApplication } from "./options.ts";
import { newId } from "./stamps.ts";
import type { Grant } from "./state.ts";
import { accessToken, idToken, OAUTH_SECONDS, organizationClaim, profileClaims } from "./tokens.ts";

/** `POST /oauth/token`. */
export async function serveToken(context: ClerkContext, call: Call): Promise<Answer> {
  const application = authenticate(context, call);
  if (application === undefined) {
    return oauthError(401, "invalid_client", "Client authentication failed.");
  }
  const grantType = textOf(call.body, "grant_type");
  if (grantType === "authorization_code") return exchange(context, call, application);
  if (grantType === "refresh_token") return refresh(context, call, application);
  // There is no client_credentials: machines have tokens of another kind.
  return oauthError(400, "unsupported_grant_type", "The grant type is not supported.");
}

async function exchange(
  context: ClerkContext,
  { body }: Call,
  application: ClerkOAuthApplication,
): Promise<Answer> {
  const { state } = context;
  const value = textOf(body, "code") ?? "";
  const code = state.codes.get(value);
  state.codes.delete(value);
  const challenge = createHash("sha256")
    .update(textOf(body, "code_verifier") ?? "")
    .digest("base64url");
  if (
    code === undefined ||
    code.clientId !== application.clientId ||
    code.redirectUri !== textOf(body, "redirect_uri") ||
    code.challenge !== challenge ||
    code.expiresAtMs <= Date.now()
  ) {
    return invalidGrant();
  }
  return answer(context, application, code);
}

async function refresh(
  context: ClerkContext,
  { body }: Call,
  application: ClerkOAuthApplication,
): Promise<Answer> {
  const { state } = context;
  const value = textOf(body, "refresh_token") ?? "";
  const grant = state.refreshTokens.get(value);
  const used = state.usedRefreshTokens.get(value);
  if (used !== undefined) {
    // A copy is somewhere: nothing of the family counts any more (RFC 9700 §4.14.2).
    for (const [token, { family }] of state.refreshTokens) {
      if (family === used.family) state.refreshTokens.delete(token);
    }
  }
  if (grant === undefined || grant.clientId !== application.clientId) return invalidGrant();
  state.refreshTokens.delete(value);
  state.usedRefreshTokens.set(value, grant);
  return answer(context, application, { ...grant, nonce: null });
}

/**
 * Tokens for a grant. Somebody who is no member any more gets none: the vendor's documents do not
 * say what a grant is worth then, and this is the stricter reading.
 */
async function answer(
  context: ClerkContext,
  application: ClerkOAuthApplication,
  honest: Grant,
): Promise<Answer> {
  const { state, world, behaviour } = context;
  const { substitute } = behaviour;
  const { organizationId } = honest;
  const isMember =
    organizationId === null ||
    world.memberships.get(honest.userId, organizationId)?.status === "active";
  if (world.users.get(honest.userId) === undefined || !isMember) return invalidGrant();

  const grant: Grant = { ...honest, ...substitute };
  const scopes = grant.scope.split(" ");
  const id = newId("oat");
  const ring = context.keyRing();
  const jwt = await signToken(ring, accessToken(context, grant, id));
  const value = application.accessTokenFormat === "opaque" ? id : jwt;
  context.clients.use(application.clientId);
  const createdAtMs = Date.now();
  const expiresAtMs = createdAtMs + OAUTH_SECONDS * 1000;
  state.accessTokens.set(value, { ...grant, id, createdAtMs, expiresAtMs });
  const refreshToken = scopes.includes("offline_access") ? newId("rt") : null;
  // What is kept is the honest grant: a substituted answer does not change who signed in.
  if (refreshToken !== null) {
    const { family, nonce, scope, clientId, userId } = honest;
    state.refreshTokens.set(refreshToken, {
      family,
      nonce,
      scope,
      clientId,
      userId,
      organizationId,
    });
  }
  return {
    ...json({
      access_token: value,
      token_type: "Bearer",
      expires_in: OAUTH_SECONDS,
      scope: grant.scope,
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      ...(scopes.includes("openid")
        ? { id_token: await signToken(ring, forged(context, idToken(context, grant))) }
        : {}),
    }),
  };
}

/** The ID token as a test wants it bent. */
function forged({ behaviour }: ClerkContext, request: SignRequest): SignRequest {
  const past = Math.floor(Date.now() / 1000) - 3600;
  const bent = (claims: Readonly<Record<string, unknown>>): SignRequest => ({
    ...request,
    claims: { ...request.claims, ...claims },
  });
  switch (behaviour.forgery) {
    case "rogue-key":
      return { ...request, key: "rogue" };
    case "other-audience":
      return bent({ aud: "another-application" });
    case "expired":
      return bent({ iat: past - 60, exp: past });
    case "other-flow":
      return bent({ nonce: "of-another-flow" });
    case null:
      break;
  }
  return request;
}

/** `GET` and `POST /oauth/userinfo`. */
export function serveUserinfo({ state, world }: ClerkContext, { headers }: Call): Answer {
  const token = headers.authorization?.replace(/^Bearer /, "") ?? "";
  const issued = state.accessTokens.get(token);
  const user = world.users.get(issued?.userId ?? "");
  if (issued === undefined || user === undefined || issued.expiresAtMs <= Date.now()) {
    return oauthError(401, "invalid_token", "The access token is not valid.");
  }
  const tenant = world.tenants.get(
    organizationClaim(issued.scope, issued.organizationId).org_id ?? "",
  );
  return json({
    object: "oauth_user_info",
    user_id: user.id,
    sub: user.id,
    ...profileClaims(user, issued.scope.split(" ")),
    ...(tenant === undefined
      ? {}
      : { org_id: tenant.id, org_name: tenant.name, org_slug: tenant.slug }),
  });
}

/** `POST /oauth/token_info` (RFC 7662): only the application that a token was issued to may ask. */
export function serveTokenInfo(context: ClerkContext, call: Call): Answer {
  const application = authenticate(context, call);
  if (application === undefined) {
    return oauthError(401, "invalid_client", "Client authentication failed.");
  }
  const issued = context.state.accessTokens.get(textOf(call.body, "token") ?? "");
  const isGood =
    issued !== undefined &&
    issued.clientId === application.clientId &&
    issued.expiresAtMs > Date.now();
  if (!isGood) return json({ active: false });
  return json({
    active: true,
    client_id: issued.clientId,
    iat: Math.floor(issued.createdAtMs / 1000),
    scope: issued.scope,
    sub: issued.userId,
    ...organizationClaim(issued.scope, issued.organizationId),
  });
}

/** `POST /oauth/token/revoke` (RFC 7009). */
export function serveRevoke(context: ClerkContext, call: Call): Answer {
  if (authenticate(context, call) === undefined) {
    return oauthError(401, "invalid_client", "Client authentication failed.");
  }
  const token = textOf(call.body, "token") ?? "";
  context.state.accessTokens.delete(token);
  context.state.refreshTokens.delete(token);
  return { status: 200 };
}

/** The application that calls: by HTTP Basic, or by its id alone if it is a public one. */
function authenticate(
  context: ClerkContext,
  { headers, body }: Call,
): ClerkOAuthApplication | undefined {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const [user = "", password = ""] = Buffer.from(basic ?? "", "base64")
    .toString("utf8")
    .split(":")
    .map((part) => decodeURIComponent(part));
  const application = applicationOf(
    context,
    basic === undefined ? textOf(body, "client_id") : user,
  );
  if (application === undefined) return undefined;
  const secret = basic === undefined ? undefined : password;
  return application.clientSecret === secret ? application : undefined;
}

function invalidGrant(): Answer {
  return oauthError(400, "invalid_grant", "The grant is invalid, expired or used.");
}
