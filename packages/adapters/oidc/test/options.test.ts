import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromEnv, oidc, settings, type OidcOptions } from "../src/index.ts";

const ENV = { OIDC_ISSUER: "https://login.example.com", OIDC_CLIENT_ID: "app" };
const OPTIONS = { issuer: "https://login.example.com", clientId: "app" };

describe("variables", () => {
  test("two are enough, and nothing is fetched", () => {
    const provider = fromEnv(ENV);
    expect(provider).toMatchObject({ vendor: "oidc", instance: "oidc" });
    expect(provider.opaque).toBeUndefined();
  });

  test("are read as the table says", () => {
    expect(
      settings.fromEnv({
        ...ENV,
        OIDC_CLIENT_SECRET: "s",
        OIDC_AUDIENCE: "https://api.example.com,https://mcp.example.com",
        OIDC_SCOPES: "openid email offline_access",
        OIDC_ORG_CLAIM: "https://acme.example/org",
        OIDC_ORG_MAP: "org_1=acme,org_2=birch",
        OIDC_ROLES_CLAIM: '["realm_access","roles"]',
        OIDC_INTROSPECTION: "true",
        HOME: "/root",
      }),
    ).toMatchObject({
      clientSecret: "s",
      audience: ["https://api.example.com", "https://mcp.example.com"],
      scopes: ["openid", "email", "offline_access"],
      orgClaim: ["https://acme.example/org"],
      orgMap: { org_1: "acme", org_2: "birch" },
      rolesClaim: ["realm_access", "roles"],
      introspection: true,
      accessTokenTyp: "at+jwt",
      scopesBound: "permissions",
      orgUnknown: "refuse",
      userinfo: true,
      instance: "oidc",
    });
  });

  test("give way to code", () => {
    expect(fromEnv(ENV, { instance: "staging" }).instance).toBe("staging");
  });

  test("a misspelt one stops the start", () => {
    expect(() => fromEnv({ ...ENV, OIDC_ISUER: "x" })).toThrow(
      "unknown variable OIDC_ISUER; did you mean OIDC_ISSUER?",
    );
    expect(() =>
      fromEnv({ OIDC_ISUER: "https://login.example.com", OIDC_CLIENT_ID: "app" }),
    ).toThrow("OIDC_ISUER");
  });

  test.each([
    ["OIDC_ISSUER", "http://login.example.com"],
    ["OIDC_ISSUER", "https://login.example.com/.well-known/openid-configuration"],
    ["OIDC_ISSUER", "https://login.example.com?tenant=a"],
    ["OIDC_ISSUER", "https://user:password@login.example.com"],
    ["OIDC_ISSUER", "login.example.com"],
    ["OIDC_CLIENT_AUTH", "client_secret_jwt"],
    ["OIDC_PRIVATE_KEY_JWK", '{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}'],
    ["OIDC_PRIVATE_KEY_JWK", '{"kty":"EC","x":"public","alg":"ES256"}'],
    ["OIDC_PRIVATE_KEY_JWK", '{"kty":"EC","d":"private"}'],
    ["OIDC_ACCESS_TOKEN_TYP", "id+jwt"],
    ["OIDC_SCOPES_BOUND", "some"],
    ["OIDC_TENANT", "Acme Inc."],
    ["OIDC_ORG_MAP", "org_1=Acme"],
    ["OIDC_ORG_PARAM", "organization&x"],
    ["OIDC_PROMPT", "consent&x=y"],
    ["OIDC_INTROSPECTION", "yes"],
    ["OIDC_TRUSTED_ORIGINS", "https://login.example.com/path"],
    ["OIDC_INSTANCE", "a/b"],
  ])("%s=%s is refused by name and without its value", (variable, value) => {
    let message = "";
    try {
      fromEnv({ ...ENV, [variable]: value });
    } catch (error) {
      message = error instanceof TypeError ? error.message : "";
    }
    expect(message).toContain(`(variable ${variable})`);
    expect(message.replaceAll(variable, "")).not.toContain(value);
  });
});

describe("options that do not go together", () => {
  test.each<[string, Partial<OidcOptions>]>([
    ['"issuer" (variable OIDC_ISSUER) needs "clientId"', { clientId: undefined }],
    ['"clientId" (variable OIDC_CLIENT_ID) needs "issuer"', { issuer: undefined }],
    [
      '"tenant" (variable OIDC_TENANT) needs "issuer"',
      { issuer: undefined, clientId: undefined, tenant: "a" },
    ],
    [
      '"audience" (variable OIDC_AUDIENCE) must not contain "clientId"',
      { audience: ["api", "app"] },
    ],
    [
      '"audience" (variable OIDC_AUDIENCE) must not contain what "mcpResource"',
      { audience: ["https://a.example/mcp"], mcpResource: ["https://a.example/mcp"] },
    ],
    ['"mcpScopes" (variable OIDC_MCP_SCOPES) needs "mcpResource"', { mcpScopes: ["organization"] }],
    ['"mcpResource" (variable OIDC_MCP_RESOURCE)', { mcpResource: ["https://{tenant}.example"] }],
    ['"scopes" (variable OIDC_SCOPES) must contain openid', { scopes: ["email"] }],
    [
      '"tenant" (variable OIDC_TENANT) and "orgClaim"',
      { tenant: "a", orgClaim: ["org"], orgUnknown: "provision" },
    ],
    ['"orgClaim" (variable OIDC_ORG_CLAIM) needs "orgMap"', { orgClaim: ["org"] }],
    ['"orgMap" (variable OIDC_ORG_MAP) needs "orgClaim"', { orgMap: { a: "b" } }],
    ['"orgsClaim" (variable OIDC_ORGS_CLAIM) needs "orgClaim"', { orgsClaim: ["orgs"] }],
    ['"orgParam" (variable OIDC_ORG_PARAM) needs "orgClaim"', { orgParam: "organization" }],
    [
      '"orgMap" (variable OIDC_ORG_MAP) names one tenant twice',
      { orgClaim: ["org"], orgMap: { a: "x", b: "x" } },
    ],
    ['"machineValue" (variable OIDC_MACHINE_VALUE) needs "machineClaim"', { machineValue: "x" }],
    [
      '"introspectionClients" (variable OIDC_INTROSPECTION_CLIENTS) needs "introspection"',
      { introspectionClients: ["a"] },
    ],
    [
      '"clientAuth" (variable OIDC_CLIENT_AUTH) needs "clientSecret"',
      { clientAuth: "client_secret_post" },
    ],
    [
      '"clientAuth" (variable OIDC_CLIENT_AUTH) needs "privateKeyJwk"',
      { clientAuth: "private_key_jwt" },
    ],
    [
      'plain http: for development on this machine set "allowInsecureLoopback"',
      { issuer: "http://localhost:4444" },
    ],
    [
      'plain http: for development on this machine set "allowInsecureLoopback"',
      { trustedOrigins: ["http://localhost:4444"] },
    ],
  ])("%s", (message, options) => {
    expect(() => oidc({ ...OPTIONS, ...options })).toThrow(message);
  });

  test("plain http is for this machine only, and only with the development setting", () => {
    const issuer = "http://localhost:4444";
    expect(oidc({ ...OPTIONS, issuer, allowInsecureLoopback: true }).vendor).toBe("oidc");
    const elsewhere = "http://login.example.com";
    expect(() => oidc({ ...OPTIONS, issuer: elsewhere, allowInsecureLoopback: true })).toThrow(
      "issuer",
    );
  });

  test("none at all is fine: customers bring their own connections", () => {
    expect(fromEnv({}).capabilities.login).toBe("yes");
  });

  test("an unknown one is refused", () => {
    expect(() => oidc({ ...OPTIONS, audiences: ["x"] } as never)).toThrow(
      'unknown option "audiences"; did you mean "audience"?',
    );
  });
});

test("the README's table is the settings' own", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  // The formatter pads cells; what they say must be the same.
  const rows = (text: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.replaceAll(/ +/g, " "));
  expect(rows(readme)).toEqual(rows(settings.table()));
});
