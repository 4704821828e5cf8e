import { ok, type RegisteredClient, type RegisteredClients } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { isText } from "./claims.ts";
import { failureOf, rejectionOf } from "./errors.ts";

/** What the vendor's SDK says about a Connected App. */
interface App {
  readonly client_id: string;
  readonly client_name: string;
  readonly redirect_urls: readonly string[];
  readonly client_id_metadata_url?: string | undefined;
}

/**
 * The project's Connected Apps. Stytch tells those by a metadata document; of the others its
 * documentation does not say how `creation_method` tells who registered itself, and neither time is said.
 *
 * @see {@link https://stytch.com/docs/b2b/api/connected-apps-search-clients Stytch: search Connected Apps}
 */
export function registeredClients(api: Pick<StytchApi, "call" | "read">): RegisteredClients {
  return {
    async list(cursor) {
      try {
        const query = cursor === undefined ? {} : { cursor };
        const found = await api.read((sdk) => sdk.connectedApp.clients.search(query));
        const { next_cursor: next } = found.results_metadata;
        const items = found.connected_apps.map(clientOf);
        return ok({ items, ...(isText(next) ? { next } : {}) });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async get(client_id) {
      try {
        const found = await api.read((sdk) => sdk.connectedApp.clients.get({ client_id }));
        return ok(clientOf(found.connected_app));
      } catch (error) {
        return isAbsent(error) ? ok(null) : rejectionOf(error);
      }
    },
    async remove(client_id) {
      try {
        await api.call((sdk) => sdk.connectedApp.clients.delete({ client_id }));
        return ok(null);
      } catch (error) {
        return isAbsent(error) ? ok(null) : rejectionOf(error);
      }
    },
  };
}

function clientOf(app: App): RegisteredClient {
  const { client_id: clientId, client_name: name, redirect_urls: redirectUris } = app;
  return {
    clientId,
    name: isText(name) ? name : null,
    registration: isText(app.client_id_metadata_url) ? "metadata_document" : "unknown",
    redirectUris,
  };
}

function isAbsent(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === "refused" && failure.status === 404;
}
