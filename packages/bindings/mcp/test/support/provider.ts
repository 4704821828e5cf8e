import type { Capabilities, Identity, McpFacts, Provider } from "@tenantry/core/provider";
import { defineProvider, NO_CAPABILITIES, scopesFromString } from "@tenantry/core/provider";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const ISSUER = "https://issuer.example.test";
const MACHINE_AUDIENCE = "https://machines.example.test";
const API_AUDIENCE = "https://api.example.test";

/** Whom a token is about. */
export interface Someone {
  readonly subject: string;
  /** Null: a token that names no tenant. */
  readonly organization: string | null;
  readonly role: string;
}

/** What else a token says. */
export interface TokenFacts {
  readonly resource: string | readonly string[];
  readonly scope?: string;
  readonly clientId?: string;
  readonly expiresInSeconds?: number;
  readonly issuer?: string;
  readonly type?: string;
}

/** A vendor without network: its tokens are signed here. */
export interface TestProvider {
  readonly provider: Provider;
  readonly token: (who: Someone, facts: TokenFacts) => Promise<string>;
  readonly machineToken: (who: Someone, scope?: string) => Promise<string>;
  /** A token of the person's own, for the app's API: no agent is behind it. */
  readonly personToken: (who: Someone) => Promise<string>;
}

const FACTS: McpFacts = {
  authorizationServers: [ISSUER],
  resourceBinding: true,
  clientIdMetadataDocuments: true,
  dynamicClientRegistration: true,
  tenantScopes: [],
  permissionScopes: true,
};

const CAPABILITIES: Capabilities = {
  ...NO_CAPABILITIES,
  machineTokens: "yes",
  mcp: "yes",
  clientIdMetadataDocuments: "yes",
  dynamicClientRegistration: "yes",
  resourceBinding: "yes",
};

export async function createTestProvider(
  options: { readonly instance?: string; readonly facts?: Partial<McpFacts> } = {},
): Promise<TestProvider> {
  const { instance = "test", facts = {} } = options;
  const issuer = instance === "test" ? ISSUER : `https://${instance}.example.test`;
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256", use: "sig" };
  const common = {
    issuers: [issuer],
    keys: { jwks: { keys: [jwk] } },
    algorithms: ["ES256"],
    scopes: "permissions",
    roles: "token",
  } as const;

  const provider = defineProvider({
    spec: 1,
    vendor: "test",
    instance,
    capabilities: CAPABILITIES,
    mcp: { ...FACTS, ...facts },
    tokens: [
      {
        ...common,
        id: "mcp",
        kind: "mcp",
        matches: ({ claims }) => claims["machine"] !== true && claims["own"] !== true,
        rules: {
          typ: ["at+jwt"],
          typIfMissing: "reject",
          audience: {
            claim: "aud",
            anyOf: (resource) => (resource === undefined ? [] : [resource]),
            ifMissing: "reject",
          },
          required: ["sub"],
        },
        read: ({ claims }) => identityOf(claims, issuer, "user"),
      },
      {
        ...common,
        id: "access",
        kind: "access",
        matches: ({ claims }) => claims["own"] === true,
        rules: {
          audience: { claim: "aud", anyOf: [API_AUDIENCE], ifMissing: "reject" },
          required: ["sub"],
        },
        read: ({ claims }) => identityOf(claims, issuer, "user"),
      },
      {
        ...common,
        id: "m2m",
        kind: "m2m",
        matches: ({ claims }) => claims["machine"] === true,
        rules: {
          audience: { claim: "aud", anyOf: [MACHINE_AUDIENCE], ifMissing: "reject" },
          required: ["sub"],
        },
        read: ({ claims }) => identityOf(claims, issuer, "service"),
      },
    ],
  });

  function sign(
    claims: Record<string, unknown>,
    about: Omit<TokenFacts, "resource"> & { readonly audience: string | readonly string[] },
  ) {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: "test", typ: about.type ?? "at+jwt" })
      .setIssuer(about.issuer ?? issuer)
      .setAudience(typeof about.audience === "string" ? about.audience : [...about.audience])
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + (about.expiresInSeconds ?? 300))
      .sign(privateKey);
  }

  return {
    provider,
    token: (
      { subject, organization, role },
      { resource, scope = "", clientId = "agent", ...rest },
    ) =>
      sign(
        { sub: subject, org: organization, role, scope, client_id: clientId },
        { ...rest, audience: resource },
      ),
    personToken: ({ subject, organization, role }) =>
      sign(
        { sub: subject, org: organization, role, scope: "*", own: true },
        { audience: API_AUDIENCE },
      ),
    machineToken: ({ subject, organization, role }, scope = "") =>
      sign(
        { sub: subject, org: organization, role, scope, client_id: subject, machine: true },
        { audience: MACHINE_AUDIENCE },
      ),
  };
}

function identityOf(
  claims: Readonly<Record<string, unknown>>,
  issuer: string,
  kind: "user" | "service",
): Identity {
  const organization = claims["org"];
  const clientId = claims["client_id"];
  return {
    issuer,
    subject: String(claims["sub"]),
    subjectScope: "global",
    kind,
    tenant:
      typeof organization === "string"
        ? { external: `org_${organization}`, slug: organization, name: organization }
        : null,
    roles: [String(claims["role"])],
    scopes: scopesFromString(claims["scope"]),
    ...(typeof clientId === "string" ? { clientId } : {}),
    name: String(claims["sub"]),
    authentication: { method: "password", atMs: Number(claims["iat"]) * 1000 },
    actors: [],
    issuedAtSeconds: Number(claims["iat"]),
    expiresAtSeconds: Number(claims["exp"]),
  };
}
