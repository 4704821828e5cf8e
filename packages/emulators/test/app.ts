import * as oidc from "openid-client";
import {
  demoWorld,
  signInHeadless,
  startOidcEmulator,
  type EmulatorClient,
  type HeadlessBrowser,
  type OidcEmulator,
  type OidcEmulatorOptions,
  type World,
} from "../src/index.ts";

export const API = "https://api.example.test";
export const CALLBACK = "http://localhost:9/callback";
export const AFTER_LOGOUT = "http://localhost:9/bye";

/** An application in front of a fresh emulator, built on the real `openid-client`. */
export interface App {
  readonly emulator: OidcEmulator;
  readonly world: World;
  readonly config: oidc.Configuration;
  /** Starts a sign-in; `finish` exchanges what came back. */
  begin(extra?: Record<string, string>): Promise<Attempt>;
  /** A whole sign-in with a code exchange. Fails the test when the provider answers an error. */
  signIn(who: Who, extra?: Record<string, string>): Promise<Tokens>;
  /** The callback address of a sign-in, not exchanged. */
  callback(who: Who, extra?: Record<string, string>): Promise<URL>;
  configFor(clientId: string, secret: string): Promise<oidc.Configuration>;
}

export interface Attempt {
  readonly url: URL;
  finish(callback: URL): Promise<Tokens>;
}

export interface Who {
  readonly person?: string;
  readonly organization?: string;
  readonly browser?: HeadlessBrowser;
  readonly cancel?: boolean;
}

export type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

const SCOPE = "openid email profile offline_access notes:read";

export async function startApp(
  overrides: Partial<OidcEmulatorOptions> & { readonly client?: Partial<EmulatorClient> } = {},
): Promise<App> {
  const { client: clientOverrides, ...options } = overrides;
  const client: EmulatorClient = {
    clientId: "app",
    clientSecret: "app-secret",
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [AFTER_LOGOUT],
    ...clientOverrides,
  };
  const world = options.world ?? demoWorld();
  const emulator = await startOidcEmulator({ ...options, world, clients: [client] });

  const configFor = (clientId: string, secret: string) =>
    oidc.discovery(
      new URL(emulator.issuer),
      clientId,
      { id_token_signed_response_alg: client.idTokenAlgorithm ?? "RS256" },
      client.tokenEndpointAuthMethod === "none" ? oidc.None() : oidc.ClientSecretBasic(secret),
      { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
    );
  const config = await configFor("app", "app-secret");

  async function begin(extra: Record<string, string> = {}): Promise<Attempt> {
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const parameters = {
      redirect_uri: CALLBACK,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      ...extra,
    };
    return {
      url: oidc.buildAuthorizationUrl(config, parameters),
      finish: (callback) =>
        oidc.authorizationCodeGrant(config, callback, {
          pkceCodeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        }),
    };
  }

  return {
    emulator,
    world,
    config,
    configFor,
    begin,
    async signIn(who, extra) {
      const attempt = await begin(extra);
      return attempt.finish(await signInHeadless({ authorizationUrl: attempt.url, ...who }));
    },
    async callback(who, extra) {
      const { url } = await begin(extra);
      return signInHeadless({ authorizationUrl: url, ...who });
    },
  };
}

/** The refresh token of a response, which every sign-in here asks for. */
export function refreshTokenOf(tokens: Tokens): string {
  if (tokens.refresh_token === undefined) throw new Error("there is no refresh token");
  return tokens.refresh_token;
}

/** The OAuth error code of a failed call, or what came instead. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "no error";
  } catch (error) {
    if (error instanceof oidc.ResponseBodyError) return error.error;
    return error instanceof Error ? error.name : "thrown value";
  }
}
