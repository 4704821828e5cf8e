import type { ClientRegistry } from "../connect/client-registry.ts";
import type { ConnectClient } from "../connect/client.ts";
import type { AdapterPayload } from "oidc-provider";
import type { World } from "../world/world.ts";
import type { WorldService } from "../world/types.ts";
import type { EmulatorClient } from "./options.ts";
import type { FindClient } from "./storage.ts";

/** Where clients come from. */
export interface ClientSources {
  readonly world: World;
  readonly clients: readonly EmulatorClient[];
  readonly registry: ClientRegistry;
}

/**
 * Looks a client up among the applications first, then among the world's services, then among those
 * that nobody has configured.
 */
export function clientFinder({ world, clients, registry }: ClientSources): FindClient {
  const applications = new Map(clients.map((client) => [client.clientId, client]));
  return (clientId) => {
    const application = applications.get(clientId);
    if (application !== undefined) return applicationMetadata(application);
    const service = world.services.get(clientId);
    if (service !== undefined) return serviceMetadata(service);
    const stranger = registry.get(clientId);
    return stranger === undefined ? undefined : strangerMetadata(stranger);
  };
}

function applicationMetadata(client: EmulatorClient): AdapterPayload {
  return {
    client_id: client.clientId,
    client_name: client.name ?? client.clientId,
    ...(client.clientSecret === undefined ? {} : { client_secret: client.clientSecret }),
    token_endpoint_auth_method: client.tokenEndpointAuthMethod ?? "client_secret_basic",
    ...(client.jwks === undefined ? {} : { jwks: client.jwks }),
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...(client.postLogoutRedirectUris ?? [])],
    ...(client.backchannelLogoutUri === undefined
      ? {}
      : {
          backchannel_logout_uri: client.backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
    id_token_signed_response_alg: client.idTokenAlgorithm ?? "RS256",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

function serviceMetadata(service: WorldService): AdapterPayload {
  return {
    client_id: service.clientId,
    client_secret: service.clientSecret,
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    // An empty list would mean "any scope"; `openid` gives a machine nothing.
    scope: service.scopes.join(" ") || "openid",
  };
}

function strangerMetadata({ clientId, name, redirectUris }: ConnectClient): AdapterPayload {
  const isNative = redirectUris.some((uri) => !/^https?:/.test(uri));
  return {
    client_id: clientId,
    client_name: name,
    token_endpoint_auth_method: "none",
    redirect_uris: [...redirectUris],
    application_type: isNative ? "native" : "web",
    id_token_signed_response_alg: "RS256",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}
