import { describe, expect, test } from "vitest";
import { fromEnv, settings, workos, type WorkosOptions } from "../src/index.ts";
import * as entry from "../src/index.ts";

const GOOD = { apiKey: "sk_live_secret", clientId: "client_1" } satisfies WorkosOptions;

describe("options", () => {
  test("need a key and a client id, and nothing else", () => {
    const provider = workos(GOOD);
    expect(provider).toMatchObject({
      vendor: "workos",
      instance: "workos",
      issuer: "https://api.workos.com/user_management/client_1",
      capabilities: { webhooks: "no", mcp: "no" },
    });
    expect(provider.tokens?.map(({ id }) => id)).toEqual(["session"]);
    expect(provider.tokens?.[0]?.issuers).toEqual([
      "https://api.workos.com",
      "https://api.workos.com/",
      "https://api.workos.com/user_management/client_1",
    ]);
  });

  test("link under the environment wherever its API is", () => {
    const custom = workos({ ...GOOD, apiUrl: "https://auth.example.com" });
    expect(custom.issuer).toBe(workos(GOOD).issuer);
    expect(custom.tokens?.[0]?.keys).toEqual({
      jwksUri: "https://auth.example.com/sso/jwks/client_1",
    });
    expect(custom.tokens?.[0]?.issuers).toContain("https://auth.example.com/");
  });

  test("come from variables", () => {
    const provider = fromEnv(
      {
        WORKOS_API_KEY: "sk_live_secret",
        WORKOS_CLIENT_ID: "client_1",
        WORKOS_AUTHKIT_DOMAIN: "https://x.authkit.app",
        WORKOS_WEBHOOK_SECRET: "one,two",
        WORKOS_INSTANCE: "workos-eu",
        PATH: "/bin",
      },
      { clientId: "client_2" },
    );
    expect(provider).toMatchObject({
      instance: "workos-eu",
      issuer: "https://api.workos.com/user_management/client_2",
      capabilities: { webhooks: "yes", mcp: "yes", machineTokens: "yes" },
      mcp: { authorizationServers: ["https://x.authkit.app"], resourceBinding: true },
    });
  });

  test.each([
    [{ ...GOOD, apiKey: "secret-of-another-kind" }, /WORKOS_API_KEY/],
    [{ ...GOOD, clientId: "app" }, /WORKOS_CLIENT_ID/],
    [{ ...GOOD, apiUrl: "https://api.workos.com/v1" }, /WORKOS_API_URL/],
    [{ ...GOOD, apiUrl: "http://localhost:4100" }, /WORKOS_ALLOW_INSECURE_LOOPBACK/],
    [{ ...GOOD, apiUrl: "http://api.example.com" }, /WORKOS_API_URL/],
    [{ ...GOOD, issuers: ["https://a.example/?x"] }, /WORKOS_ISSUERS/],
    [
      { ...GOOD, authkitDomain: "https://a.example", issuers: ["https://a.example"] },
      /WORKOS_AUTHKIT_DOMAIN.*must differ/,
    ],
    [
      { ...GOOD, authkitDomain: "https://a.example", apiUrl: "https://a.example" },
      /WORKOS_AUTHKIT_DOMAIN.*must differ/,
    ],
    [{ ...GOOD, webhookSecret: [] }, /WORKOS_WEBHOOK_SECRET/],
    [{ ...GOOD, tenants: true } as WorkosOptions, /unknown option "tenants"/],
  ])("that are wrong are named, without their values: %j", (options, message) => {
    expect(() => workos(options)).toThrow(message);
    expect(() => workos(options)).not.toThrow(/secret-of-another-kind/);
  });

  test("that are misspelt variables are refused", () => {
    const env = { WORKOS_API_KEY: "sk_x", WORKOS_CLIENT_ID: "client_1", WORKOS_WEBHOOKSECRET: "x" };
    expect(() => fromEnv(env)).toThrow(/unknown variable WORKOS_WEBHOOKSECRET/);
  });

  test("leave variables of the vendor's own packages alone", () => {
    const env = {
      WORKOS_API_KEY: "sk_x",
      WORKOS_CLIENT_ID: "client_1",
      WORKOS_COOKIE_MAX_AGE: "600",
      WORKOS_REDIRECT_URI: "https://app.example.com/callback",
    };
    expect(() => fromEnv(env)).not.toThrow();
    expect(() => fromEnv({ ...env, WORKOS_ISSUER: "https://a.example" })).toThrow(
      /did you mean WORKOS_ISSUERS/,
    );
  });

  test("are described for the docs without a usable secret", () => {
    expect(settings.envExample()).toMatch(/WORKOS_API_KEY=\n/);
    expect(settings.table()).toContain("WORKOS_AUTHKIT_DOMAIN");
  });
});

test("the entry exports exactly these values", () => {
  expect(Object.keys(entry).toSorted()).toEqual(["fromEnv", "settings", "workos"]);
});
