import { exportJWK, generateKeyPair, SignJWT } from "jose";
import {
  defineProvider,
  type Capabilities,
  type Identity,
  type Provider,
} from "@tenantry/core/provider";

const ISSUER = "https://idp.example.test";
const AUDIENCE = "https://api.example.test";

/** What a person or machine is in a test: "ada" in the organization "acme" as "editor". */
export interface Someone {
  readonly subject: string;
  readonly organization: string | null;
  readonly role: string;
}

/** A provider that needs no network: its tokens are signed here, its sign-in believes the callback. */
export interface TestProvider {
  readonly provider: Provider;
  readonly accessToken: (who: Someone) => Promise<string>;
}

const NOTHING: Capabilities = {
  login: "yes",
  organizationHint: "no",
  refresh: "no",
  switchByRefresh: "no",
  endSession: "no",
  backchannelLogout: "no",
  machineTokens: "no",
  opaqueTokens: "no",
  frontEndSession: "no",
  webhooks: "no",
  directoryList: "no",
  directoryEvents: "no",
  admin: "no",
  portalLink: "no",
  magicLink: "no",
  impersonation: "no",
  ssoEnforcement: "no",
  scim: "no",
  mcp: "no",
  clientIdMetadataDocuments: "no",
  dynamicClientRegistration: "no",
  resourceBinding: "no",
};

export async function createTestProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256", use: "sig" };

  const provider = defineProvider({
    spec: 1,
    vendor: "test",
    capabilities: NOTHING,
    tokens: [
      {
        id: "access",
        kind: "access",
        issuers: [ISSUER],
        keys: { jwks: { keys: [jwk] } },
        algorithms: ["ES256"],
        matches: ({ header }) => header["typ"] === "at+jwt",
        rules: {
          typ: ["at+jwt"],
          typIfMissing: "reject",
          audience: { claim: "aud", anyOf: [AUDIENCE], ifMissing: "reject" },
          required: ["sub"],
        },
        roles: "token",
        scopes: "none",
        read: ({ claims }) =>
          identityOf({
            subject: String(claims["sub"]),
            organization: typeof claims["org"] === "string" ? claims["org"] : null,
            role: String(claims["role"]),
          }),
      },
    ],
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
          identity: identityOf({ subject, organization, role }),
          tokens: { refreshToken: "vendor-refresh-token", idToken: "vendor-id-token" },
        });
      },
    },
  });

  return {
    provider,
    accessToken: ({ subject, organization, role }) =>
      new SignJWT({ org: organization, role })
        .setProtectedHeader({ alg: "ES256", kid: "test", typ: "at+jwt" })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime("5 minutes")
        .sign(privateKey),
  };
}

function identityOf({ subject, organization, role }: Someone): Identity {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    issuer: ISSUER,
    subject,
    subjectScope: "global",
    kind: "user",
    tenant:
      organization === null
        ? null
        : { external: `org_${organization}`, slug: organization, name: organization },
    roles: [role],
    name: subject,
    authentication: { method: "password", atMs: nowSeconds * 1000 },
    actors: [],
    issuedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + 300,
  };
}
