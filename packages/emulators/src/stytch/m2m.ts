import { textOf, type Answer, type Call } from "../http/api.ts";
import { signToken } from "../oidc/sign.ts";
import type { StytchContext } from "./context.ts";
import { good } from "./errors.ts";
import { serviceOf } from "./m2m-clients.ts";
import { machineClaims } from "./tokens.ts";

/** `POST /v1/public/:project/oauth2/token`, client credentials only. */
export async function issueMachineToken(
  context: StytchContext,
  { params, body }: Call,
): Promise<Answer> {
  const service = serviceOf(context, textOf(body, "client_id") ?? "");
  const isKnown =
    textOf(params, "project") === context.options.projectId &&
    service !== undefined &&
    [service.clientSecret, context.state.nextSecrets.get(service.clientId)].includes(
      textOf(body, "client_secret") ?? "",
    ) &&
    !context.state.inactiveMachines.has(service.clientId);
  if (!isKnown) return oauthError(401, "invalid_client");
  if (textOf(body, "grant_type") !== "client_credentials") {
    return oauthError(400, "unsupported_grant_type");
  }
  const scopes = textOf(body, "scope")?.split(" ") ?? service.scopes;
  if (scopes.some((scope) => !service.scopes.includes(scope)))
    return oauthError(400, "invalid_scope");
  const scope = scopes.join(" ");
  const claims = machineClaims(context, service.clientId, scope);
  return good({
    access_token: await signToken(context.keyRing(), { header: { typ: "JWT" }, claims }),
    token_type: "bearer",
    expires_in: claims.exp - claims.iat,
    scope,
  });
}

/** The error form of OAuth endpoints (RFC 6749 §5.2). */
function oauthError(status: number, error: string): Answer {
  return { status, body: { status_code: status, error, error_description: error, error_uri: "" } };
}
