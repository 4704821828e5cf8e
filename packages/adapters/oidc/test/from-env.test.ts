import { definePermissions, type LogEvent } from "@tenantry/core";
import { createAuthFromEnv } from "@tenantry/core/config";
import type { OidcEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromWebRequest } from "../../../core/src/request/request.ts";
import { API, startEmulator } from "./support/adapter.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { admin: ["notes:read", "notes:write"], viewer: ["notes:read"] },
});

let emulator: OidcEmulator;
const log: LogEvent[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const env = (more: Readonly<Record<string, string>> = {}) => ({
  AUTH_PROVIDER: "oidc",
  BASE_URL: "http://localhost:3000",
  AUTH_SECRET: "0123456789abcdef0123456789abcdef",
  OIDC_ISSUER: emulator.issuer,
  OIDC_CLIENT_ID: "app",
  OIDC_CLIENT_SECRET: "app-secret",
  OIDC_AUDIENCE: API,
  OIDC_ORG_CLAIM: "org_id",
  OIDC_ORG_SLUG_CLAIM: "org_slug",
  OIDC_ORG_UNKNOWN: "provision",
  OIDC_ROLES_CLAIM: "roles",
  OIDC_ALLOW_INSECURE_LOOPBACK: "true",
  ...more,
});

const start = (more: Readonly<Record<string, string>> = {}) =>
  createAuthFromEnv({
    providers: {
      oidc: () => import("../src/index.ts"),
      other: () => Promise.reject(new Error("loaded the wrong adapter")),
    },
    permissions,
    env: env(more),
    log: (event) => log.push(event),
  });

async function ask(
  auth: Awaited<ReturnType<typeof start>>,
  token: string,
): Promise<Awaited<ReturnType<typeof auth.authenticate>>> {
  const headers = { authorization: `Bearer ${token}` };
  return auth.authenticate(fromWebRequest(new Request("http://localhost:3000/api", { headers })));
}

describe("an app that is configured by its environment", () => {
  test("knows who calls, for which tenant, and what their token may do", async () => {
    const token = await emulator.controls.mintAccessToken({
      subject: "ada@acme.example",
      scopes: ["notes:read"],
    });
    const outcome = await ask(await start(), token);
    if (outcome.kind !== "authenticated") throw new Error(`answer: ${outcome.kind}`);
    const { context } = outcome;
    expect(context).toMatchObject({
      principal: { kind: "user" },
      tenant: { slug: "acme" },
      roles: ["admin"],
      provider: { vendor: "oidc", instance: "oidc", issuer: emulator.issuer },
    });
    expect(context.permissions.has("notes:read")).toBe(true);
    expect(context.permissions.has("notes:write")).toBe(false);
  });

  test("takes roles alone where scopes are not about its permissions", async () => {
    const token = await emulator.controls.mintAccessToken({ subject: "ada@acme.example" });
    const outcome = await ask(await start({ OIDC_SCOPES_BOUND: "none" }), token);
    if (outcome.kind !== "authenticated") throw new Error(`answer: ${outcome.kind}`);
    expect(outcome.context.permissions.has("notes:write")).toBe(true);
  });

  test("refuses an ID token with the code of a bad credential", async () => {
    const token = await emulator.controls.mintIdToken({ person: "ada@acme.example" });
    expect(await ask(await start(), token)).toMatchObject({
      kind: "refused",
      error: { code: "credential_invalid" },
    });
  });

  test("does not start with a wrong variable of the adapter", async () => {
    await expect(start({ OIDC_AUDIENCE: "app" })).rejects.toThrow("OIDC_AUDIENCE");
    await expect(start({ OIDC_AUDIENCES: API })).rejects.toThrow("did you mean OIDC_AUDIENCE?");
  });

  test("starts while its issuer is down, and then neither believes nor disbelieves", async () => {
    const token = await emulator.controls.mintAccessToken({ subject: "ada@acme.example" });
    await emulator.controls.disconnect();
    const auth = await start();
    expect(await ask(auth, token)).toMatchObject({
      kind: "refused",
      error: { code: "provider_unavailable", status: 503 },
    });
    await emulator.controls.recover();
  });

  test("writes no token and no secret into its log", () => {
    expect(log).not.toEqual([]);
    const text = JSON.stringify(log);
    expect(text).not.toContain("eyJ");
    expect(text).not.toContain("app-secret");
  });
});
