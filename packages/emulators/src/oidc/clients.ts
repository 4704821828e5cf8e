import type { AdapterPayload } from "oidc-provider";
import type { World } from "../world/world.ts";
import type { WorldService } from "../world/types.ts";
import type { EmulatorClient } from "./options.ts";
import type { FindClient } from "./storage.ts";

/** Looks a client up among the applications first, then among the world's services. */
export function clientFinder(world: World, clients: readonly EmulatorClient[]): FindClient {
  const applications = new Map(clients.map((client) => [client.clientId, client]));
  return (clientId) => {
    const application = applications.get(clientId);
    if (application !== undefined) return applicationMetadata(application);
    const service = world.services.get(clientId);
    return service === undefined ? undefined : serviceMetadata(service);
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
