import { describe, expect, test, vi } from "vitest";
import { resolveAuthOptions } from "../../src/config/create-auth-from-env.ts";
import { coreSettings, createAuthFromEnv, type Environment } from "../../src/config.ts";
import { definePermissions } from "../../src/index.ts";
import type { Provider } from "../../src/provider.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const ENV = { AUTH_PROVIDER: "acme", BASE_URL: "https://app.example.com", AUTH_SECRET: SECRET };

function fakeAdapter() {
  const provider = { vendor: "acme" } as Provider;
  const fromEnv = vi.fn<(env: Environment) => Provider>(() => provider);
  return {
    provider,
    fromEnv,
    load: vi.fn<() => Promise<{ fromEnv: typeof fromEnv }>>(async () => ({ fromEnv })),
  };
}

const permissions = {} as never;

const CAPABILITIES = [
  ...["login", "refresh", "endSession", "backchannelLogout", "opaqueTokens", "frontEndSession"],
  ...["webhooks", "directoryList", "directoryEvents", "admin", "portalLink", "mcp"],
  ...["memberManagement", "invitations", "domainManagement"],
];

describe("options from the environment", () => {
  test("load only the chosen adapter and hand it the same environment", async () => {
    const acme = fakeAdapter();
    const other = fakeAdapter();
    const options = await resolveAuthOptions({
      providers: { other: other.load, acme: acme.load },
      permissions,
      env: ENV,
    });
    expect(options.providers).toEqual([acme.provider]);
    expect(acme.fromEnv).toHaveBeenCalledWith(ENV);
    expect(other.load).not.toHaveBeenCalled();
  });

  test("say every core setting", async () => {
    const { load } = fakeAdapter();
    const options = await resolveAuthOptions({
      providers: { acme: load },
      permissions,
      env: {
        ...ENV,
        AUTH_SECRET: `new-${SECRET}, old-${SECRET}`,
        AUTH_PATH: "/sign-in",
        SESSION_MODE: "sealed",
        SESSION_ABSOLUTE_SECONDS: "3600",
        SESSION_IDLE_SECONDS: "600",
        TRUSTED_PROXIES: "10.0.0.1,10.1.0.0/16",
        ALLOWED_ORIGINS: "https://admin.example.com",
      },
    });
    expect(options).toMatchObject({
      baseUrl: "https://app.example.com",
      secrets: [`new-${SECRET}`, `old-${SECRET}`],
      authPath: "/sign-in",
      session: { mode: "sealed", absoluteSeconds: 3600, idleSeconds: 600 },
      trustedProxies: ["10.0.0.1", "10.1.0.0/16"],
      allowedOrigins: ["https://admin.example.com"],
    });
  });

  test("give way to what code says", async () => {
    const { load } = fakeAdapter();
    const options = await resolveAuthOptions({
      providers: { acme: load },
      permissions,
      provider: "acme",
      baseUrl: "https://code.example.com",
      session: { mode: "stored", idleSeconds: 120 },
      env: {
        ...ENV,
        AUTH_PROVIDER: "nobody",
        SESSION_MODE: "sealed",
        SESSION_ABSOLUTE_SECONDS: "60",
      },
    });
    expect(options.baseUrl).toBe("https://code.example.com");
    expect(options.session).toEqual({ mode: "stored", absoluteSeconds: 60, idleSeconds: 120 });
  });

  test("hold nothing that neither the environment nor code said", async () => {
    const { load } = fakeAdapter();
    const options = await resolveAuthOptions({ providers: { acme: load }, permissions, env: ENV });
    expect(options).not.toHaveProperty("trustedProxies");
    expect(options).not.toHaveProperty("provider");
    expect(options).not.toHaveProperty("env");
    expect(options.session).toEqual({ mode: "stored" });
  });

  test("come from this process when none is given", async () => {
    const { load, fromEnv } = fakeAdapter();
    vi.stubEnv("AUTH_PROVIDER", "acme");
    vi.stubEnv("BASE_URL", "http://localhost:3000");
    vi.stubEnv("AUTH_SECRET", SECRET);
    try {
      const options = await resolveAuthOptions({ providers: { acme: load }, permissions });
      expect(options.baseUrl).toBe("http://localhost:3000");
      expect(fromEnv.mock.calls[0]?.[0]["AUTH_SECRET"]).toBe(SECRET);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test.each(["acne", "constructor", "__proto__", "toString"])(
    "refuse AUTH_PROVIDER=%s and list what the app has",
    async (name) => {
      const { load } = fakeAdapter();
      const env = { ...ENV, AUTH_PROVIDER: name };
      await expect(
        resolveAuthOptions({ providers: { acme: load, workplace: load }, permissions, env }),
      ).rejects.toThrow(/AUTH_PROVIDER.*acme, workplace/);
      expect(load).not.toHaveBeenCalled();
    },
  );

  test.each([
    ["AUTH_PROVIDER", undefined],
    ["BASE_URL", undefined],
    ["BASE_URL", "http://app.example.com"],
    ["BASE_URL", "https://user:secret@app.example.com"],
    ["BASE_URL", "https://app.example.com?x"],
    ["AUTH_SECRET", undefined],
    ["AUTH_SECRET", "too-short-to-be-safe"],
    ["AUTH_SECRET", `${SECRET},too-short-to-be-safe`],
    ["AUTH_PATH", "/auth/"],
    ["AUTH_PATH", "auth"],
    ["SESSION_MODE", "cookie"],
    ["ALLOWED_ORIGINS", "https://app.example.com/"],
    ["ALLOWED_ORIGINS", "*"],
  ])("refuse %s=%s", async (variable, value) => {
    const { load } = fakeAdapter();
    const env = { ...ENV, [variable]: value };
    const answer = resolveAuthOptions({ providers: { acme: load }, permissions, env });
    await expect(answer).rejects.toThrow(`(variable ${variable})`);
    await expect(answer).rejects.not.toThrow("too-short");
  });
});

test("an auth instance comes out of it, mounted where the environment says", async () => {
  const provider = {
    spec: 1,
    vendor: "acme",
    capabilities: Object.fromEntries(CAPABILITIES.map((name) => [name, "no"])),
    tokens: [],
  } as unknown as Provider;
  const auth = await createAuthFromEnv({
    providers: { acme: async () => ({ fromEnv: () => provider }) },
    permissions: definePermissions({
      permissions: ["notes:read"],
      roles: { member: ["notes:read"] },
    }),
    env: { ...ENV, AUTH_PATH: "/sign-in" },
  });
  expect(auth.routes.path).toBe("/sign-in");
});

test("the settings of core describe themselves without a usable secret", () => {
  expect(coreSettings.envExample()).toContain("\nAUTH_SECRET=\n");
});
