import { createHash, randomBytes } from "node:crypto";
import { signInHeadless } from "@tenantry/emulators";

/** What the provider's token endpoint gave. */
export interface TokenSet {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
}

/** The demo's client at its own emulator. */
const CLIENT = { id: "pinboard", secret: "pinboard-secret" };

/** What discovery says about an issuer. */
interface Metadata {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

async function discover(issuer: string): Promise<Metadata> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  return (await response.json()) as Metadata;
}

/** A machine's token, by client credentials (RFC 6749 §4.4). */
export async function machineToken(
  issuer: string,
  request: { readonly clientId: string; readonly resource: string; readonly scope?: string },
): Promise<string> {
  const { scope = "notes:read notes:write" } = request;
  const tokens = await askForTokens(issuer, {
    client: { id: request.clientId, secret: `${request.clientId}-secret` },
    form: { grant_type: "client_credentials", resource: request.resource, scope },
  });
  return tokens.access_token;
}

/** A person's tokens for the API, by authorization code with PKCE and a resource (RFC 8707). */
export async function personTokens(
  issuer: string,
  request: {
    readonly appUrl: string;
    readonly person: string;
    readonly organization?: string;
    /** Missing: the access token is for the provider itself. */
    readonly resource?: string;
    readonly scope: string;
  },
): Promise<TokenSet> {
  const resource = request.resource === undefined ? {} : { resource: request.resource };
  const verifier = randomBytes(32).toString("base64url");
  const redirectUri = `${request.appUrl}/auth/callback/oidc`;
  const { authorization_endpoint } = await discover(issuer);
  const url = new URL(authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT.id,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: request.scope,
    ...resource,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    nonce: "a-nonce",
    state: "a-state",
    ...(request.organization === undefined ? {} : { organization: request.organization }),
  }).toString();
  const callback = await signInHeadless({
    authorizationUrl: url,
    person: request.person,
    ...(request.organization === undefined ? {} : { organization: request.organization }),
  });
  return askForTokens(issuer, {
    client: CLIENT,
    form: {
      grant_type: "authorization_code",
      code: callback.searchParams.get("code") ?? "",
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...resource,
    },
  });
}

async function askForTokens(
  issuer: string,
  {
    client,
    form,
  }: {
    readonly client: { readonly id: string; readonly secret: string };
    readonly form: Readonly<Record<string, string>>;
  },
): Promise<TokenSet> {
  const { token_endpoint } = await discover(issuer);
  const response = await fetch(token_endpoint, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`,
    },
    body: new URLSearchParams(form),
  });
  if (!response.ok) throw new Error(`no tokens: ${response.status} ${await response.text()}`);
  return (await response.json()) as TokenSet;
}
