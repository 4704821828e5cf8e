import type { ClientPolicy } from "../connect/client.ts";
import type { World } from "../world/world.ts";
import type { OidcHooks } from "./hooks.ts";
import type { SigningAlgorithm } from "./keys.ts";

/** An application that signs people in through the emulator. */
export interface EmulatorClient {
  readonly clientId: string;
  /** Leave out only together with `tokenEndpointAuthMethod: "none"`. */
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  /** Receives a logout token by POST; loopback and plain http are fine. */
  readonly backchannelLogoutUri?: string;
  /** Basic and post are both accepted when either is named. Default: `client_secret_basic`. */
  readonly tokenEndpointAuthMethod?:
    | "client_secret_basic"
    | "client_secret_post"
    | "client_secret_jwt"
    | "private_key_jwt"
    | "none";
  /** The client's public keys, for `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly idTokenAlgorithm?: SigningAlgorithm;
  /** Shown on the sign-in page. Default: the client id. */
  readonly name?: string;
}

/** An API for which the emulator issues RFC 9068 access tokens. */
export interface EmulatorAudience {
  /** An absolute URI, compared as an exact string with the `resource` parameter. */
  readonly audience: string;
  readonly algorithm?: SigningAlgorithm;
}

/** What `startOidcEmulator` takes. */
export interface OidcEmulatorOptions extends ClientPolicy {
  readonly world: World;
  readonly clients: readonly EmulatorClient[];
  /** Default: any free port. */
  readonly port?: number;
  /** Default: `https://api.example.test`. */
  readonly audiences?: readonly (string | EmulatorAudience)[];
  /** API scopes beyond those that the world's services have. */
  readonly scopes?: readonly string[];
  /** Default: 300. */
  readonly accessTokenTtlSeconds?: number;
  /** Default: 3600. */
  readonly idTokenTtlSeconds?: number;
  /** Default: 14 days. */
  readonly refreshTokenTtlSeconds?: number;
  readonly hooks?: OidcHooks;
}

/** The API scopes that tokens can carry: those of the services and those of the options. */
export function apiScopes(options: OidcEmulatorOptions): readonly string[] {
  const ofServices = options.world.services.list().flatMap((service) => service.scopes);
  return [...new Set([...ofServices, ...(options.scopes ?? [])])];
}

/** The configured audiences, or the default one. */
export function audiencesOf(options: OidcEmulatorOptions): readonly EmulatorAudience[] {
  const audiences = options.audiences ?? ["https://api.example.test"];
  return audiences.map((each) => (typeof each === "string" ? { audience: each } : each));
}
