import { isFields, textOf, textsOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { WorldService } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, stytchError } from "./errors.ts";
import { clientOfMachine, machineIdOf, newSecret, newUuid } from "./ids.ts";

/** `POST /v1/m2m/clients`. */
export function createMachine(context: StytchContext, { body }: Call): Answer {
  const { world, state } = context;
  const named = clientOfMachine(textOf(body, "client_id") ?? "");
  const clientId = named ?? newUuid();
  if (world.services.get(clientId) !== undefined) {
    return stytchError(400, "duplicate_m2m_client_id", "There is such a client already.");
  }
  const owner = ownerOf(context, body["trusted_metadata"]);
  if (owner === null) return invalid("trusted_metadata");
  const clientSecret = textOf(body, "client_secret") ?? newSecret();
  const scopes = textsOf(body, "scopes") ?? [];
  const service = world.services.add({ clientId, clientSecret, scopes, ...owner });
  state.machineNames.set(clientId, textOf(body, "client_name") ?? clientId);
  return good({ m2m_client: { ...machineObject(context, service), client_secret: clientSecret } });
}

/** `GET /v1/m2m/clients/:client`. */
export function getMachine(context: StytchContext, { params }: Call): Answer {
  const service = serviceOf(context, textOf(params, "client") ?? "");
  return service === undefined
    ? machineNotFound()
    : good({ m2m_client: machineObject(context, service) });
}

/** `PUT /v1/m2m/clients/:client`: what is named changes. */
export function updateMachine(context: StytchContext, { params, body }: Call): Answer {
  const { world, state } = context;
  const service = serviceOf(context, textOf(params, "client") ?? "");
  if (service === undefined) return machineNotFound();
  const metadata = body["trusted_metadata"];
  const owner = metadata === undefined ? {} : ownerOf(context, metadata);
  if (owner === null) return invalid("trusted_metadata");
  const { clientId } = service;
  const scopes = textsOf(body, "scopes") ?? service.scopes;
  const name = textOf(body, "client_name");
  if (name !== undefined) state.machineNames.set(clientId, name);
  const status = textOf(body, "status");
  if (status === "inactive") state.inactiveMachines.add(clientId);
  if (status === "active") state.inactiveMachines.delete(clientId);
  const changed = world.services.update(clientId, { scopes, ...owner });
  return good({ m2m_client: machineObject(context, changed) });
}

/** `DELETE /v1/m2m/clients/:client`. */
export function deleteMachine(context: StytchContext, { params }: Call): Answer {
  const service = serviceOf(context, textOf(params, "client") ?? "");
  if (service === undefined) return machineNotFound();
  context.world.services.remove(service.clientId);
  return good({ client_id: machineIdOf(service.clientId) });
}

/** `POST /v1/m2m/clients/search`. */
export function searchMachines(context: StytchContext): Answer {
  const m2m_clients = context.world.services.list().map((one) => machineObject(context, one));
  return good({ m2m_clients, results_metadata: { total: m2m_clients.length, next_cursor: null } });
}

/** `POST /v1/m2m/clients/:client/secrets/rotate/start`, `…/cancel` and `…/rotate`: both work between. */
export function rotateSecret(
  context: StytchContext,
  { params }: Call,
  step: "start" | "cancel" | "finish",
): Answer {
  const { world, state } = context;
  const service = serviceOf(context, textOf(params, "client") ?? "");
  if (service === undefined) return machineNotFound();
  const { clientId } = service;
  if (step === "start") {
    const next_client_secret = newSecret();
    state.nextSecrets.set(clientId, next_client_secret);
    return good({ m2m_client: { ...machineObject(context, service), next_client_secret } });
  }
  const next = state.nextSecrets.get(clientId);
  if (next === undefined) {
    return stytchError(400, "secret_rotation_not_started", "There is no rotation.");
  }
  state.nextSecrets.delete(clientId);
  const changed =
    step === "finish" ? world.services.update(clientId, { clientSecret: next }) : service;
  return good({ m2m_client: machineObject(context, changed) });
}

/** The world's service of a machine's id. */
export function serviceOf({ world }: StytchContext, machineId: string): WorldService | undefined {
  return world.services.get(clientOfMachine(machineId) ?? "");
}

/** Whose a machine is: the vendor keeps any metadata; here an organization in it must exist. */
function ownerOf(
  { world }: StytchContext,
  metadata: unknown,
): Pick<WorldService, "tenantId" | "roles"> | null {
  const fields: Fields = isFields(metadata) ? metadata : {};
  const tenantId = textOf(fields, "organization_id") ?? null;
  const roles = textsOf(fields, "roles") ?? [];
  const isKnown = tenantId === null || world.tenants.get(tenantId) !== undefined;
  return isKnown && roles.every((role) => world.roles.get(role) !== undefined)
    ? { tenantId, roles }
    : null;
}

function machineObject({ state }: StytchContext, service: WorldService) {
  const { clientId, clientSecret, scopes, tenantId, roles } = service;
  return {
    client_id: machineIdOf(clientId),
    client_name: state.machineNames.get(clientId) ?? clientId,
    client_description: "",
    client_secret_last_four: clientSecret.slice(-4),
    next_client_secret_last_four: state.nextSecrets.get(clientId)?.slice(-4) ?? null,
    status: state.inactiveMachines.has(clientId) ? "inactive" : "active",
    scopes,
    trusted_metadata: tenantId === null ? {} : { organization_id: tenantId, roles },
  };
}

function machineNotFound(): Answer {
  return stytchError(404, "m2m_client_not_found", "M2M client could not be found.");
}
