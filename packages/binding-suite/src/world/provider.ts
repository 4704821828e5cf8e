import { setTimeout as sleep } from "node:timers/promises";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import {
  defineProvider,
  NO_CAPABILITIES,
  type Capabilities,
  type Identity,
  type Provider,
  type TokenProfile,
} from "@tenantry/core/provider";
import { agents } from "./agents.ts";
import { frontEnd } from "./front-end.ts";
import { ada, type Someone } from "./people.ts";
import { signedWebhooks } from "./webhooks.ts";

const ISSUER = "https://idp.example.test";
const AUDIENCE = "https://api.example.test";

/** The kinds of tokens that the test provider signs. */
export type TestTokenKind = "session" | "access" | "m2m" | "mcp";

/** A provider that needs no network: its tokens are signed here, its sign-in believes the callback. */
export interface TestProvider {
  readonly provider: Provider;
  readonly token: (
    who: Someone,
    how?: { readonly kind?: TestTokenKind; readonly expiresIn?: string },
  ) => Promise<string>;
}

/** A token of Ada's that only the provider can read. */
export const OPAQUE_TOKEN = "opaque_ada";
/** One that the provider takes its time to read. */
export const SLOW_TOKEN = "opaque_slow";
/** How long slow things take. */
export const SLOW_MS = 80;

const CAPABILITIES: Capabilities = {
  ...NO_CAPABILITIES,
  login: "yes",
  machineTokens: "yes",
  opaqueTokens: "yes",
  frontEndSession: "yes",
  webhooks: "yes",
  mcp: "yes",
};

export async function createTestProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256", use: "sig" };

  const profile = (kind: TestTokenKind): TokenProfile => ({
    id: kind,
    kind,
    issuers: [ISSUER],
    keys: { jwks: { keys: [jwk] } },
    algorithms: ["ES256"],
    matches: ({ header }) => header["typ"] === `${kind}+jwt`,
    rules: {
      typ: [`${kind}+jwt`],
      typIfMissing: "reject",
      audience: { claim: "aud", anyOf: [AUDIENCE], ifMissing: "reject" },
      required: ["sub"],
    },
    roles: "token",
    scopes: "none",
    read: ({ claims }) =>
      identityOf(
        {
          subject: String(claims["sub"]),
          organization: typeof claims["org"] === "string" ? claims["org"] : null,
          role: String(claims["role"]),
        },
        kind === "m2m" ? "service" : "user",
      ),
  });

  const provider = defineProvider({
    spec: 1,
    vendor: "test",
    issuer: ISSUER,
    capabilities: CAPABILITIES,
    tokens: [profile("session"), profile("access"), profile("m2m"), profile("mcp")],
    opaque: [
      {
        kind: "access",
        recognises: (credential) => credential.startsWith("opaque_"),
        async verify(credential) {
          if (credential === SLOW_TOKEN) await sleep(SLOW_MS);
          else if (credential !== OPAQUE_TOKEN) throw new Error("the provider is down");
          return { ok: true, value: identityOf(ada, "user") };
        },
        scopes: "none",
        roles: "token",
      },
    ],
    webhooks: signedWebhooks,
    mcp: agents,
    ...frontEnd,
    login: {
      start: ({ flowId, redirectUri }) =>
        Promise.resolve({
          kind: "redirect",
          location: `${ISSUER}/authorize?${new URLSearchParams({ state: flowId, redirect_uri: redirectUri }).toString()}`,
          state: {},
        }),
      resume({ url }) {
        const [subject, organization, role] = (url.searchParams.get("who") ?? "").split(",");
        if (!subject || !organization || !role) {
          return Promise.resolve({ kind: "refused", reason: "nobody" });
        }
        return Promise.resolve({
          kind: "done",
          identity: identityOf({ subject, organization, role }, "user"),
          tokens: { refreshToken: "vendor-refresh-token", idToken: "vendor-id-token" },
        });
      },
    },
  });

  return {
    provider,
    token: ({ subject, organization, role }, { kind = "access", expiresIn = "5 minutes" } = {}) =>
      new SignJWT({ org: organization, role })
        .setProtectedHeader({ alg: "ES256", kid: "test", typ: `${kind}+jwt` })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(privateKey),
  };
}

function identityOf({ subject, organization, role }: Someone, kind: "user" | "service"): Identity {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    issuer: ISSUER,
    subject,
    subjectScope: "global",
    kind,
    tenant:
      organization === null
        ? null
        : { external: `org_${organization}`, slug: organization, name: organization },
    roles: [role],
    name: subject,
    authentication: {
      method: kind === "user" ? "password" : "client_credentials",
      atMs: nowSeconds * 1000,
    },
    actors: [],
    issuedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + 300,
  };
}
