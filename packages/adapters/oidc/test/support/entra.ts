import type { JWTPayload } from "jose";
import type { LoginStep } from "@tenantry/core/provider";
import type { OidcOptions } from "../../src/index.ts";
import { API, CALLBACK, FLOW, type Adapter } from "./adapter.ts";
import { startScriptedIssuer, type Answer, type Endpoint, type ScriptedIssuer } from "./issuer.ts";

export const ACME = "11111111-1111-4111-8111-111111111111";
export const BIRCH = "22222222-2222-4222-8222-222222222222";
/** Has a Microsoft tenant, and is nobody's customer here. */
export const STRANGER = "33333333-3333-4333-8333-333333333333";
export const ADA = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

/** A loopback server with the addresses, metadata and tokens of Entra ID, and of Microsoft Graph. */
export interface EntraServer {
  readonly origin: string;
  readonly requests: string[];
  readonly endpoints: Map<string, Endpoint>;
  /** Signed with the tenant's own keys. Version 1.0 tokens have another issuer. */
  sign(tenant: string, claims?: JWTPayload, version?: "1.0" | "2.0"): Promise<string>;
  /** What a person of a tenant is told apart by, and what every app is told. */
  idToken(tenant: string, claims?: JWTPayload): Promise<string>;
  accessToken(tenant: string, claims?: JWTPayload, version?: "1.0" | "2.0"): Promise<string>;
  close(): Promise<void>;
}

export async function startEntra(): Promise<EntraServer> {
  const server = await startScriptedIssuer();
  // Each tenant's keys are its own here, so that a mixed-up tenant shows.
  const keys = new Map<string, ScriptedIssuer>();
  for (const id of [ACME, BIRCH, STRANGER]) {
    // oxlint-disable-next-line no-await-in-loop -- three small servers
    keys.set(id, await startScriptedIssuer());
  }
  const { issuer: origin, endpoints, requests } = server;
  const place = (name: string, issuer: string) => {
    endpoints.set(`/${name}/v2.0/.well-known/openid-configuration`, () => ({
      body: {
        issuer,
        jwks_uri: `${origin}/${name}/discovery/v2.0/keys`,
        authorization_endpoint: `${origin}/${name}/oauth2/v2.0/authorize`,
        token_endpoint: `${origin}/${name}/oauth2/v2.0/token`,
        userinfo_endpoint: `${origin}/oidc/userinfo`,
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
      },
    }));
  };
  place("organizations", `${origin}/{tenantid}/v2.0`);
  place("common", `${origin}/{tenantid}/v2.0`);
  for (const [id, own] of keys) {
    place(id, `${origin}/${id}/v2.0`);
    const jwks = own.endpoints.get("/jwks");
    if (jwks !== undefined) endpoints.set(`/${id}/discovery/v2.0/keys`, jwks);
  }
  const sign: EntraServer["sign"] = (tenant, claims = {}, version = "2.0") => {
    const now = Math.floor(Date.now() / 1000);
    const iss =
      version === "1.0" ? `https://sts.windows.net/${tenant}/` : `${origin}/${tenant}/v2.0`;
    const signer = keys.get(tenant) ?? server;
    return signer.sign(
      { iss, iat: now, nbf: now, exp: now + 3600, tid: tenant, oid: ADA, ver: version, ...claims },
      { typ: "JWT" },
    );
  };
  return {
    origin,
    endpoints,
    requests,
    sign,
    idToken: (tenant, claims) => sign(tenant, { aud: "app", sub: "pairwise-of-app", ...claims }),
    accessToken: (tenant, claims, version) => {
      const own = version === "1.0" ? { appid: "spa" } : { azp: "spa" };
      const person = { aud: API, sub: "pairwise-of-api", scp: "notes:read", ...own };
      return sign(tenant, { ...person, ...claims }, version);
    },
    close: async () => {
      await Promise.all([server, ...keys.values()].map((one) => one.close()));
    },
  };
}

/** Options of a multi-tenant app, for the people of two tenants. */
export function multiTenant({ origin }: EntraServer, more: Partial<OidcOptions> = {}) {
  return {
    recipe: "entra",
    issuer: `${origin}/organizations/v2.0`,
    entraTenants: [ACME, BIRCH],
    clientId: "app",
    clientSecret: "app-secret",
    audience: [API],
    graphUrl: origin,
    allowInsecureLoopback: true,
    ...more,
  } satisfies OidcOptions;
}

/** Answers a code with an ID token for the flow that a sign-in has started. */
export async function signInAt(
  server: EntraServer,
  { login, tools }: Adapter,
  how: {
    readonly idToken: (nonce: string) => Promise<string>;
    readonly wanted?: string;
    readonly answer?: Answer;
  },
): Promise<LoginStep & { readonly visited?: string }> {
  const start = await login.start(
    {
      flowId: FLOW,
      redirectUri: CALLBACK,
      ...(how.wanted === undefined ? {} : { tenant: { external: how.wanted } }),
    },
    tools,
  );
  if (start.kind !== "redirect") return start;
  const visited = new URL(start.location);
  server.endpoints.set(visited.pathname.replace(/authorize$/, "token"), async ({ form }) =>
    form.get("grant_type") === "client_credentials"
      ? { body: { access_token: "app-token", token_type: "Bearer", expires_in: 3600 } }
      : (how.answer ?? {
          body: {
            access_token: "opaque",
            token_type: "Bearer",
            expires_in: 3600,
            refresh_token: "r1",
            id_token: await how.idToken(visited.searchParams.get("nonce") ?? ""),
          },
        }),
  );
  const url = new URL(`${CALLBACK}?code=c&state=${FLOW}`);
  const step = await login.resume(
    { flowId: FLOW, redirectUri: CALLBACK, url, state: start.state },
    tools,
  );
  return { ...step, visited: visited.pathname };
}
