import { textOf, type Answer, type Call } from "../../http/api.ts";
import type { ConnectClient } from "../../connect/client.ts";
import type { StytchContext } from "../context.ts";
import { good, invalid, stytchError } from "../errors.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** `POST /v1/connected_apps/clients/search`. Neither when one was made nor when it was used is said. */
export function searchApps({ clients }: StytchContext, { body }: Call): Answer {
  const { limit = DEFAULT_LIMIT } = body;
  if (typeof limit !== "number" || limit < 1 || limit > MAX_LIMIT) return invalid("limit");
  const start = Number(textOf(body, "cursor") ?? "0");
  if (!Number.isInteger(start) || start < 0) return invalid("cursor");
  const all = clients.list();
  const end = start + limit;
  return good({
    connected_apps: all.slice(start, end).map(appObject),
    results_metadata: { total: all.length, next_cursor: end < all.length ? String(end) : null },
  });
}

/** `GET` and `DELETE /v1/connected_apps/clients/:client`. */
export function serveApp(
  { clients, state }: StytchContext,
  { params }: Call,
  what: "get" | "delete",
): Answer {
  const client = clients.get(textOf(params, "client") ?? "");
  if (client === undefined) {
    return stytchError(404, "connected_app_not_found", "Connected App could not be found.");
  }
  if (what === "get") return good({ connected_app: appObject(client) });
  clients.remove(client.clientId);
  const { codes, refreshTokens } = state.connectedApps;
  for (const grants of [codes, refreshTokens]) {
    for (const [key, { clientId }] of grants) if (clientId === client.clientId) grants.delete(key);
  }
  return good({ client_id: client.clientId });
}

function appObject({ clientId, name, redirectUris, source }: ConnectClient) {
  return {
    client_id: clientId,
    client_name: name,
    client_description: "",
    status: "active",
    client_type: "third_party_public",
    full_access_allowed: false,
    redirect_urls: redirectUris,
    post_logout_redirect_urls: [],
    access_token_expiry_minutes: 60,
    access_token_template_content: "",
    id_token_template_content: "",
    bypass_consent_for_offline_access: false,
    // The vendor's values are not documented; an address in its own member is the safe sign.
    creation_method: source === "document" ? "client_id_metadata_document" : "dynamic_registration",
    ...(source === "document" ? { client_id_metadata_url: clientId } : {}),
  };
}
