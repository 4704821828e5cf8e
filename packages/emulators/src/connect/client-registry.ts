import type { Answer, Fields } from "../http/api.ts";
import type { ClientMetadata, ClientPolicy, ConnectClient } from "./client.ts";
import { isDocumentId, readClientDocument } from "./client-document.ts";
import { isRefusal, readClientMetadata } from "./client-metadata.ts";

/** The OAuth clients of an emulator that nobody has configured. They die with the process. */
export interface ClientRegistry {
  /** A client that was here before. */
  get(clientId: string): ConnectClient | undefined;
  /** The same, or one whose id is the address of its metadata, which is read now. */
  find(clientId: string): Promise<ConnectClient | undefined>;
  /** Answers a registration (RFC 7591 §3). */
  register(body: Fields): Answer;
  /** Notes that a client got a token. */
  use(clientId: string): void;
  list(): readonly ConnectClient[];
  /** Whether there was one. */
  remove(clientId: string): boolean;
}

/** Makes an empty registry. `newId` makes ids of the vendor's form. */
export function createClientRegistry(policy: ClientPolicy, newId: () => string): ClientRegistry {
  const { dynamicClientRegistration = false, clientIdMetadataDocuments = false } = policy;
  const clients = new Map<string, ConnectClient>();
  // A client that was pruned stays away, under the same id at least.
  const gone = new Set<string>();

  const add = (
    clientId: string,
    metadata: ClientMetadata,
    source: ConnectClient["source"],
  ): ConnectClient => {
    const known = clients.get(clientId);
    const { createdAtMs = Date.now(), lastUsedAtMs = null } = known ?? {};
    const client = { ...metadata, clientId, source, createdAtMs, lastUsedAtMs };
    clients.set(clientId, client);
    return client;
  };

  return {
    get: (clientId) => clients.get(clientId),
    async find(clientId) {
      if (!clientIdMetadataDocuments || gone.has(clientId) || !isDocumentId(clientId)) {
        return clients.get(clientId);
      }
      // Read each time: what the address says today counts, not what it said once.
      const metadata = await readClientDocument(clientId, policy.clientDocuments ?? {});
      return metadata === null ? undefined : add(clientId, metadata, "document");
    },
    register(body) {
      if (!dynamicClientRegistration) return { status: 404, body: { error: "not_found" } };
      const metadata = readClientMetadata(body);
      if (isRefusal(metadata)) {
        const { error, description } = metadata;
        return { status: 400, body: { error, error_description: description } };
      }
      return registered(add(newId(), metadata, "registration"));
    },
    use(clientId) {
      const client = clients.get(clientId);
      if (client !== undefined) client.lastUsedAtMs = Date.now();
    },
    list: () => [...clients.values()],
    remove(clientId) {
      gone.add(clientId);
      return clients.delete(clientId);
    },
  };
}

/** A public client, whatever it asked for: nobody keeps a secret of a stranger. */
function registered(client: ConnectClient): Answer {
  return {
    status: 201,
    headers: { "cache-control": "no-store" },
    body: {
      client_id: client.clientId,
      client_id_issued_at: Math.floor(client.createdAtMs / 1000),
      client_name: client.name,
      redirect_uris: client.redirectUris,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  };
}
