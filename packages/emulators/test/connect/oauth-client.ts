import { createHash, randomBytes } from "node:crypto";
import { signInHeadless, type SignInHeadlessOptions } from "../../src/index.ts";

export const CALLBACK = "http://localhost:8976/callback";
/** An id that is an address: its document is handed to the emulators, since nothing listens there. */
export const DOCUMENT_ID = "https://notes-agent.example/oauth/client.json";
export const DOCUMENT = {
  client_id: DOCUMENT_ID,
  client_name: "Notes agent",
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: "none",
};

interface Metadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly registration_endpoint?: string;
  readonly client_id_metadata_document_supported?: boolean;
  readonly code_challenge_methods_supported?: readonly string[];
  readonly authorization_response_iss_parameter_supported?: boolean;
}

/** What a client wants, and who lets it. */
export interface Wish extends Omit<SignInHeadlessOptions, "authorizationUrl"> {
  readonly clientId: string;
  readonly scope?: string;
  readonly resource?: string;
  /** Laid over the query of the authorization request; undefined leaves one out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** The answer of the token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

/** An OAuth 2.1 client for tests that knows nothing of any vendor: it finds everything by metadata. */
export function oauthClient(issuer: string) {
  async function metadata(): Promise<Metadata> {
    const response = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
    if (response.status !== 200) throw new Error(`no metadata: ${response.status}`);
    return (await response.json()) as Metadata;
  }
  async function token(form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
    const body = new URLSearchParams(form);
    const response = await fetch((await metadata()).token_endpoint, { method: "POST", body });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }
  return {
    metadata,
    token,
    async register(body: Readonly<Record<string, unknown>> = {}) {
      const { registration_endpoint: endpoint = `${issuer}/register` } = await metadata();
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: "An agent", ...body }),
      });
      const answer = (await response.json()) as Record<string, string>;
      return { status: response.status, body: answer, clientId: answer["client_id"] ?? "" };
    },
    /** The browser's part, up to the address it is sent back to. */
    async authorize(wish: Wish) {
      const { clientId, scope = "openid offline_access", resource, query = {}, ...who } = wish;
      const verifier = randomBytes(32).toString("base64url");
      const url = new URL((await metadata()).authorization_endpoint);
      const all = {
        client_id: clientId,
        response_type: "code",
        redirect_uri: CALLBACK,
        scope,
        state: "state-1",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        resource,
        ...query,
      };
      for (const [name, value] of Object.entries(all)) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      const callback = await signInHeadless({ authorizationUrl: url, ...who });
      const form = {
        grant_type: "authorization_code",
        client_id: clientId,
        redirect_uri: CALLBACK,
        code: callback.searchParams.get("code") ?? "",
        code_verifier: verifier,
        ...(resource === undefined ? {} : { resource }),
      };
      return { url, callback, form, error: callback.searchParams.get("error") };
    },
    /** The whole way to a token. */
    async connect(wish: Wish): Promise<TokenAnswer> {
      const { form, error } = await this.authorize(wish);
      if (error !== null) throw new Error(`refused: ${error}`);
      return token(form);
    },
    refresh: (clientId: string, refreshToken: string) =>
      token({ grant_type: "refresh_token", client_id: clientId, refresh_token: refreshToken }),
  };
}

/** The payload of a token, read without any check. */
export function claimsOf(jwt: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt?.split(".")[1] ?? "", "base64url").toString("utf8"));
}
