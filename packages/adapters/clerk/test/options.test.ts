import { describe, expect, test } from "vitest";
import { clerk, fromEnv, settings, type ClerkOptions } from "../src/index.ts";
import { hostOfKey } from "../src/publishable-key.ts";

const KEY = `pk_live_${btoa("clerk.example.com$")}`;
const BASE: ClerkOptions = {
  secretKey: "sk_test_x",
  publishableKey: KEY,
  oauthClientId: "client",
  oauthClientSecret: "secret",
};
const ENV = {
  CLERK_SECRET_KEY: "sk_test_x",
  CLERK_PUBLISHABLE_KEY: KEY,
  CLERK_OAUTH_CLIENT_ID: "client",
};

function problem(options: Partial<ClerkOptions>): string {
  try {
    clerk({ ...BASE, ...options });
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return "none";
}

describe("a publishable key", () => {
  test("names the Frontend API", () => {
    expect(hostOfKey(KEY)).toBe("clerk.example.com");
    expect(hostOfKey(`pk_test_${btoa("127.0.0.1:4400$")}`)).toBe("127.0.0.1:4400");
  });

  test.each([
    "",
    "sk_live_x",
    "pk_live_",
    "pk_dev_Y2xlcms=",
    `pk_live_${btoa("clerk.example.com")}`,
    `pk_live_${btoa("clerk.example.com/path$")}`,
    `pk_live_${btoa("user@clerk.example.com$")}`,
    `pk_live_${btoa("$")}`,
    "pk_live_===",
  ])("in another form (%s) is none", (key) => {
    expect(hostOfKey(key)).toBeNull();
  });
});

describe("options", () => {
  test("make a provider of what the publishable key says", () => {
    expect(clerk(BASE)).toMatchObject({
      vendor: "clerk",
      instance: "clerk",
      issuer: "https://clerk.example.com",
      mcp: {
        authorizationServers: ["https://clerk.example.com"],
        resourceBinding: false,
        tenantScopes: ["user:org:read"],
      },
    });
    expect(clerk({ ...BASE, frontendApiUrl: "https://auth.example.com" }).issuer).toBe(
      "https://auth.example.com",
    );
  });

  test.each<[string, Partial<ClerkOptions>, string]>([
    ["a secret key of another form", { secretKey: "pk_test_x" }, "CLERK_SECRET_KEY"],
    ["a publishable key of another form", { publishableKey: "pk_x" }, "CLERK_PUBLISHABLE_KEY"],
    ["an API with a path", { apiUrl: "https://api.clerk.com/v1" }, "CLERK_API_URL"],
    ["plain http", { apiUrl: "http://localhost:4400" }, "CLERK_ALLOW_INSECURE_LOOPBACK"],
    ["a front end whose origins nobody knows", { frontEnd: true }, "CLERK_AUTHORIZED_PARTIES"],
    [
      "an origin with a path",
      { authorizedParties: ["https://a.example/x"] },
      "CLERK_AUTHORIZED_PARTIES",
    ],
    ["scopes without openid", { scopes: ["email"] }, "CLERK_SCOPES"],
    [
      "a client for the API and for MCP",
      { accessClients: ["a"], mcpClients: ["a"] },
      "CLERK_MCP_CLIENTS",
    ],
    ["sign-in's client for MCP", { mcpClients: ["client"] }, "CLERK_MCP_CLIENTS"],
    [
      "a webhook secret of another form",
      { webhookSecret: ["secret"] },
      "CLERK_WEBHOOK_SIGNING_SECRET",
    ],
    ["an instance that cannot be in an address", { instance: "My App" }, "CLERK_INSTANCE"],
  ])("with %s stop the start", (_what, options, expected) => {
    expect(problem(options)).toContain(expected);
  });

  test("need a way to sign in, and a client for a client secret", () => {
    const { oauthClientId: _, ...without } = BASE;
    expect(() => clerk(without)).toThrow("CLERK_OAUTH_CLIENT_ID");
    const { oauthClientSecret: __, ...neither } = without;
    expect(() => clerk(neither)).toThrow("nobody can sign in");
    const frontEnd = { frontEnd: true, authorizedParties: ["https://app.example.com"] };
    expect(clerk({ ...neither, ...frontEnd }).capabilities.frontEndSession).toBe("yes");
  });

  test("with a webhook secret that is no base64 stop the start without showing it", () => {
    const message = problem({ webhookSecret: ["whsec_***"] });
    expect(message).toContain("webhook secret");
    expect(message).not.toContain("***");
  });

  test("never appear in messages", () => {
    expect(problem({ secretKey: "wrong-secret-value" })).not.toContain("wrong-secret-value");
  });
});

describe("the environment", () => {
  test("is read, and a misspelt variable stops the start", () => {
    expect(fromEnv(ENV).vendor).toBe("clerk");
    expect(() => fromEnv({ ...ENV, CLERK_OAUTH_CLIENT_SECERT: "x" })).toThrow(
      "CLERK_OAUTH_CLIENT_SECERT",
    );
    expect(fromEnv(ENV, { instance: "clerk-eu" }).instance).toBe("clerk-eu");
  });

  test("may hold what Clerk's own packages read", () => {
    const theirs = { CLERK_JWT_KEY: "x", CLERK_TELEMETRY_DISABLED: "1", CLERK_SIGN_IN_URL: "/in" };
    expect(fromEnv({ ...ENV, ...theirs }).vendor).toBe("clerk");
  });

  test("has one variable for each option", () => {
    const names = Object.values(settings.definitions).map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name?.startsWith("CLERK_"))).toBe(true);
  });
});
