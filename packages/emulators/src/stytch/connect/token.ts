import { createHash } from "node:crypto";
import { textOf, type Answer, type Call, type Fields } from "../../http/api.ts";
import { signToken } from "../../oidc/sign.ts";
import type { StytchContext } from "../context.ts";
import { good } from "../errors.ts";
import { newSecret } from "../ids.ts";
import { issueMachineToken } from "../m2m.ts";
import { isActiveMember } from "../objects.ts";
import { connectedAppClaims } from "../tokens.ts";
import type { ConnectedAppGrant } from "./grants.ts";

/** The token endpoint, at the project domain and under the project's id. */
export function serveToken(context: StytchContext, call: Call): Answer | Promise<Answer> {
  switch (textOf(call.body, "grant_type") ?? "") {
    case "authorization_code":
      return exchange(context, call.body);
    case "refresh_token":
      return refresh(context, call.body);
    default:
      return issueMachineToken(context, {
        ...call,
        params: { project: context.options.projectId, ...call.params },
      });
  }
}

function exchange(context: StytchContext, body: Fields): Promise<Answer> | Answer {
  const { codes } = context.state.connectedApps;
  const value = textOf(body, "code") ?? "";
  const code = codes.get(value);
  codes.delete(value);
  const isGood =
    code !== undefined &&
    code.expiresAtMs > Date.now() &&
    code.clientId === textOf(body, "client_id") &&
    code.redirectUri === textOf(body, "redirect_uri") &&
    code.challenge === challengeOf(textOf(body, "code_verifier") ?? "");
  return isGood ? answer(context, code) : invalidGrant();
}

/** Stricter than documented: each refresh token works once, and a copy ends what it belongs to. */
function refresh(context: StytchContext, body: Fields): Promise<Answer> | Answer {
  const { refreshTokens, usedRefreshTokens } = context.state.connectedApps;
  const value = textOf(body, "refresh_token") ?? "";
  const grant = refreshTokens.get(value);
  const used = usedRefreshTokens.get(value);
  for (const [token, one] of refreshTokens) if (one === used) refreshTokens.delete(token);
  if (grant === undefined || grant.clientId !== textOf(body, "client_id")) return invalidGrant();
  refreshTokens.delete(value);
  usedRefreshTokens.set(value, grant);
  return answer(context, grant);
}

async function answer(context: StytchContext, grant: ConnectedAppGrant): Promise<Answer> {
  const { ids, clients, state } = context;
  const isHere = isActiveMember(context, grant) && ids.memberId(grant) === grant.memberId;
  // A client that was deleted has nothing any more.
  if (!isHere || clients.get(grant.clientId) === undefined) return invalidGrant();
  clients.use(grant.clientId);
  const claims = connectedAppClaims(context, grant);
  const isOffline = grant.scope.split(" ").includes("offline_access");
  const refreshToken = newSecret();
  if (isOffline) state.connectedApps.refreshTokens.set(refreshToken, grant);
  return {
    ...good({
      access_token: await signToken(context.keyRing(), { header: { typ: "JWT" }, claims }),
      token_type: "bearer",
      expires_in: claims.exp - claims.iat,
      scope: grant.scope,
      ...(isOffline ? { refresh_token: refreshToken } : {}),
    }),
    headers: { "cache-control": "no-store" },
  };
}

function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function invalidGrant(): Answer {
  return {
    status: 400,
    body: { status_code: 400, error: "invalid_grant", error_description: "The grant is invalid." },
  };
}
