import { textOf, type Answer, type Call } from "../http/api.ts";
import { signToken } from "../oidc/sign.ts";
import type { WorldService } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { good, stytchError } from "./errors.ts";
import { clientOfMachine, machineIdOf } from "./ids.ts";
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
    service.clientSecret === textOf(body, "client_secret") &&
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

/** `GET /v1/m2m/clients/:client`. */
export function getMachine(context: StytchContext, { params }: Call): Answer {
  const service = serviceOf(context, textOf(params, "client") ?? "");
  if (service === undefined) {
    return stytchError(404, "m2m_client_not_found", "M2M client could not be found.");
  }
  return good({ m2m_client: machineObject(context, service) });
}

/** `POST /v1/m2m/clients/search`. */
export function searchMachines(context: StytchContext): Answer {
  const m2m_clients = context.world.services.list().map((one) => machineObject(context, one));
  return good({ m2m_clients, results_metadata: { total: m2m_clients.length, next_cursor: null } });
}

function serviceOf({ world }: StytchContext, machineId: string): WorldService | undefined {
  return world.services.get(clientOfMachine(machineId) ?? "");
}

function machineObject({ state }: StytchContext, service: WorldService) {
  const { clientId, clientSecret, scopes, tenantId, roles } = service;
  return {
    client_id: machineIdOf(clientId),
    client_name: clientId,
    client_description: "",
    client_secret_last_four: clientSecret.slice(-4),
    status: state.inactiveMachines.has(clientId) ? "inactive" : "active",
    scopes,
    trusted_metadata: tenantId === null ? {} : { organization_id: tenantId, roles },
  };
}

/** The error form of OAuth endpoints (RFC 6749 §5.2). */
function oauthError(status: number, error: string): Answer {
  return { status, body: { status_code: status, error, error_description: error, error_uri: "" } };
}
