import { ok, type RegisteredClient, type RegisteredClients } from "@tenantry/core/provider";
import { orRejection, type WorkosApi } from "./api.ts";
import { isText, objectsOf, type Fields } from "./claims.ts";
import { failureOf } from "./errors.ts";

const APPLICATIONS = "/connect/applications";

/**
 * The OAuth clients of Connect. WorkOS says which of them registered themselves, and nothing about
 * when one was last used; clients whose id is the address of their metadata are not in the list.
 *
 * @see {@link https://workos.com/docs/reference/workos-connect/applications WorkOS: Connect applications}
 */
export function registeredClients(api: WorkosApi): RegisteredClients {
  return {
    list: (cursor) =>
      orRejection(async () => {
        const query = cursor === undefined ? {} : { after: cursor };
        const { items, after } = await api.page(APPLICATIONS, query);
        const clients = items.flatMap((item) => readClient(item) ?? []);
        return ok({ items: clients, ...(after === undefined ? {} : { next: after }) });
      }),
    get: (clientId) =>
      orRejection(async () => {
        const client = await orAbsent(async () => readClient(await api.get(pathOf(clientId))));
        // An id may also be one of an application; what was asked for is a client.
        return ok(client?.clientId === clientId ? client : null);
      }),
    remove: (clientId) =>
      orRejection(async () => {
        await orAbsent(async () => (await api.sdk()).connect.deleteApplication({ id: clientId }));
        return ok(null);
      }),
  };
}

function pathOf(clientId: string): string {
  return `${APPLICATIONS}/${encodeURIComponent(clientId)}`;
}

/** Null for applications of machines, which are no clients of people's, and for what is malformed. */
function readClient(item: Fields): RegisteredClient | null {
  const { client_id: clientId, name, application_type: type, created_at: createdAt } = item;
  if (!isText(clientId) || type !== "oauth") return null;
  const created = Date.parse(String(createdAt));
  const isDynamic = item["was_dynamically_registered"] === true;
  return {
    clientId,
    name: isText(name) ? name : null,
    registration: isDynamic ? "dynamic" : "manual",
    redirectUris: (objectsOf(item["redirect_uris"]) ?? [])
      .map(({ uri }) => uri)
      .filter((uri) => isText(uri)),
    ...(Number.isFinite(created) ? { createdAtMs: created } : {}),
  };
}

async function orAbsent<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && failure.status === 404) return null;
    throw error;
  }
}
