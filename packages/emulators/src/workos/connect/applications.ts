import { textOf, type Answer, type Call } from "../../http/api.ts";
import type { ConnectClient } from "../../connect/client.ts";
import type { WorkosContext } from "../context.ts";
import { notFound } from "../errors.ts";
import { listAnswer } from "../lists.ts";

/**
 * `GET /connect/applications` (https://workos.com/docs/reference/workos-connect/applications): the
 * clients that registered themselves. When one was last used is not said.
 */
export function listApplications(context: WorkosContext, { url }: Call): Answer {
  const items = registered(context).map((client) => applicationObject(context, client));
  return listAnswer(context, items, url.searchParams);
}

/** `GET` and `DELETE /connect/applications/:id`, by the application's id or its client id. */
export function serveApplication(
  context: WorkosContext,
  { params }: Call,
  what: "get" | "delete",
): Answer {
  const id = textOf(params, "id") ?? "";
  const client = registered(context).find(
    ({ clientId }) => clientId === id || applicationId(clientId) === id,
  );
  if (client === undefined) return notFound("application");
  if (what === "get") return { status: 200, body: applicationObject(context, client) };
  context.clients.remove(client.clientId);
  const { connectCodes, connectRefreshTokens } = context.state;
  for (const grants of [connectCodes, connectRefreshTokens]) {
    for (const [key, { clientId }] of grants) if (clientId === client.clientId) grants.delete(key);
  }
  return { status: 204 };
}

/** Clients by documents are nowhere in the API's descriptions of applications. */
function registered({ clients }: WorkosContext): readonly ConnectClient[] {
  return clients.list().filter(({ source }) => source === "registration");
}

function applicationId(clientId: string): string {
  return clientId.replace(/^client_/, "conn_app_");
}

function applicationObject({ stamps }: WorkosContext, client: ConnectClient) {
  const id = applicationId(client.clientId);
  // Lists are sorted by when the emulator first heard of an id.
  if (stamps.position(id) < 0) stamps.touch(id);
  const created = new Date(client.createdAtMs).toISOString();
  return {
    object: "connect_application",
    id,
    client_id: client.clientId,
    name: client.name,
    description: null,
    scopes: [],
    application_type: "oauth",
    redirect_uris: client.redirectUris.map((uri, index) => ({ uri, default: index === 0 })),
    uses_pkce: true,
    is_first_party: false,
    was_dynamically_registered: true,
    created_at: created,
    updated_at: created,
  };
}
