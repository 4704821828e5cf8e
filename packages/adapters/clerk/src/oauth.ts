import type { Configuration } from "openid-client";
import { TIMEOUT_MS, type ClerkApi } from "./api.ts";
import { ResponseMalformed } from "./errors.ts";
import type { Instance, OAuthApplication } from "./instance.ts";

type Library = typeof import("openid-client");

/** Everything for one conversation with the authorization server. */
export interface OAuthClient {
  readonly library: Library;
  readonly configuration: Configuration;
}

/**
 * Our OAuth application at the Frontend API, whose addresses are the same for every instance. Loads
 * `openid-client` when it is first needed.
 *
 * @see {@link https://clerk.com/docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth How Clerk implements OAuth}
 */
export async function oauthClient(
  { issuer, jwksUri, values }: Instance,
  application: OAuthApplication,
  api: Pick<ClerkApi, "fetch">,
): Promise<OAuthClient> {
  const library = await import("openid-client");
  const { clientId, clientSecret } = application;
  const configuration = new library.Configuration(
    {
      issuer,
      jwks_uri: jwksUri,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
    },
    clientId,
    {},
    clientSecret === undefined ? library.None() : library.ClientSecretBasic(clientSecret),
  );
  configuration.timeout = TIMEOUT_MS / 1000;
  configuration[library.customFetch] = (url, { body, ...init }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same bodies, typed twice
    api.fetch(url, { ...init, body: (body ?? null) as BodyInit | null });
  if (values.allowInsecureLoopback) library.allowInsecureRequests(configuration);
  return { library, configuration };
}

/** Throws unless the authorization server answers now: once the browser has left, nobody could say. */
export async function checkReachable(
  { issuer }: Instance,
  api: Pick<ClerkApi, "fetch">,
): Promise<void> {
  const response = await api.fetch(`${issuer}/.well-known/openid-configuration`);
  await response.body?.cancel();
  if (!response.ok) throw new ResponseMalformed();
}
