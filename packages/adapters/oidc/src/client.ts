import type { ClientAuth, Configuration, ServerMetadata } from "openid-client";
import type { ProviderTools } from "@tenantry/core/provider";
import type { Discovery } from "./discovery.ts";
import { MetadataUnavailable } from "./errors.ts";
import type { ProviderMetadata } from "./metadata.ts";
import { importPrivateKey } from "./private-key.ts";
import type { Registration } from "./registration.ts";

/** The library, loaded when it is first needed: verifying bearer tokens needs none of it. */
type Library = typeof import("openid-client");

/** Everything for one conversation with an issuer. */
export interface IssuerClient {
  readonly library: Library;
  readonly configuration: Configuration;
  readonly metadata: ProviderMetadata;
}

/** What asking an issuer needs. */
type Tools = Pick<ProviderTools, "nowMs">;

/** How the adapter talks to issuers. */
export interface IssuerClients {
  metadataOf(registration: Registration, tools: Tools): Promise<ProviderMetadata>;
  /** Throws what {@link failureOf} understands. */
  clientOf(registration: Registration, tools: Tools): Promise<IssuerClient>;
  /** The same before a browser is sent there; throws as well when the issuer does not answer now. */
  reachableClientOf(registration: Registration, tools: Tools): Promise<IssuerClient>;
}

/** What {@link createIssuerClients} needs. */
export interface IssuerClientsOptions {
  /** For the issuer from the options; its own origin is exempt from the guard. */
  readonly environment: Side;
  /** For customers' issuers. */
  readonly connections: Side;
  readonly allowInsecureLoopback: boolean;
}

interface Side {
  readonly discovery: Discovery;
  readonly fetch: typeof globalThis.fetch;
}

/** For each request to an issuer. */
export const TIMEOUT_SECONDS = 8;

/** Makes {@link IssuerClients}. */
export function createIssuerClients(options: IssuerClientsOptions): IssuerClients {
  const sideOf = ({ connection }: Registration): Side =>
    connection === undefined ? options.environment : options.connections;
  const metadataOf: IssuerClients["metadataOf"] = async (registration, tools) => {
    const { discovery } = sideOf(registration);
    return ofIts(registration, await discovery.metadataOf(registration.issuer, tools.nowMs()));
  };

  async function clientWith(
    registration: Registration,
    metadata: ProviderMetadata,
  ): Promise<IssuerClient> {
    const library = await import("openid-client");
    const auth = await clientAuthentication(library, registration, metadata);
    const configuration = new library.Configuration(
      serverMetadata(metadata),
      registration.clientId,
      {},
      auth,
    );
    const { fetch } = sideOf(registration);
    configuration.timeout = TIMEOUT_SECONDS;
    configuration[library.customFetch] = (url, { body, ...init }) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same bodies, typed twice
      fetch(url, { ...init, body: (body ?? null) as BodyInit | null });
    if (options.allowInsecureLoopback) library.allowInsecureRequests(configuration);
    return { library, configuration, metadata };
  }

  return {
    metadataOf,
    async clientOf(registration, tools) {
      return clientWith(registration, await metadataOf(registration, tools));
    },
    async reachableClientOf(registration, tools) {
      const { discovery } = sideOf(registration);
      const metadata = await discovery.reachableMetadataOf(registration.issuer, tools.nowMs());
      return clientWith(registration, ofIts(registration, metadata));
    },
  };
}

/** Metadata for many Entra ID tenants is for a registration that lists them, and for no other. */
function ofIts({ issuer, entra }: Registration, metadata: ProviderMetadata): ProviderMetadata {
  if (metadata.issuer === issuer || entra?.isShared === true) return metadata;
  throw new MetadataUnavailable("metadata_issuer_mismatch");
}

/**
 * The configured method, or the best that the metadata offers. An issuer that says nothing means
 * `client_secret_basic` (RFC 8414 §2).
 */
async function clientAuthentication(
  library: Library,
  registration: Registration,
  metadata: ProviderMetadata,
): Promise<ClientAuth> {
  const { clientSecret, privateKeyJwk, rules } = registration;
  const offered = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const usable = [
    ...(privateKeyJwk === undefined ? [] : ["private_key_jwt"]),
    ...(clientSecret === undefined ? [] : ["client_secret_basic", "client_secret_post"]),
  ];
  const method =
    rules.clientAuth ?? usable.find((name) => offered.includes(name)) ?? usable[0] ?? "none";
  switch (method) {
    case "private_key_jwt":
      return library.PrivateKeyJwt(await importPrivateKey(privateKeyJwk ?? {}));
    case "client_secret_basic":
      return library.ClientSecretBasic(clientSecret);
    case "client_secret_post":
      return library.ClientSecretPost(clientSecret);
    default:
      return library.None();
  }
}

function serverMetadata(metadata: ProviderMetadata): ServerMetadata {
  // The parser leaves out what is missing; the two types only spell that differently.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return metadata as ServerMetadata;
}
