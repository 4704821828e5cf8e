import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { demoWorld, type OidcEmulator, startOidcEmulator } from "@tenantry/emulators";

const AUDIENCE = "https://quickstart.example/api";

/** The README's example, started as the README says, with an emulator as its provider. */
describe("the quickstart", () => {
  let emulator: OidcEmulator;
  let server: ChildProcess;
  let notes: string;

  beforeAll(async () => {
    const port = await freePort();
    const address = `http://localhost:${port}`;
    notes = `${address}/notes`;
    const client = {
      clientId: "quickstart",
      clientSecret: "quickstart-secret",
      redirectUris: [`${address}/auth/callback/oidc`],
    };
    emulator = await startOidcEmulator({
      world: demoWorld(),
      clients: [client],
      audiences: [AUDIENCE],
    });
    const settings = {
      PORT: String(port),
      BASE_URL: address,
      AUTH_SECRET: "a-secret-for-this-test-and-nothing-else",
      AUTH_PROVIDER: "oidc",
      OIDC_ISSUER: emulator.issuer,
      OIDC_CLIENT_ID: client.clientId,
      OIDC_CLIENT_SECRET: client.clientSecret,
      OIDC_ALLOW_INSECURE_LOOPBACK: "true",
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ORG_CLAIM: "org_id",
      OIDC_ORG_SLUG_CLAIM: "org_slug",
      OIDC_ORG_UNKNOWN: "provision",
      OIDC_ROLES_CLAIM: "roles",
    };
    const main = fileURLToPath(new URL("../src/server.ts", import.meta.url));
    server = spawn(process.execPath, ["--conditions=@tenantry/source", main], {
      env: { PATH: process.env["PATH"], ...settings },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await vi.waitFor(() => fetch(notes), { timeout: 20_000, interval: 100 });
  }, 30_000);

  afterAll(async () => {
    server.kill();
    await emulator.close();
  });

  test("refuses a request without a credential, and says how to bring one", async () => {
    const response = await fetch(notes);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test.each(["acme", "birch"])("gives a machine of %s the tenant of its token", async (tenant) => {
    const response = await fetch(notes, {
      headers: { authorization: `Bearer ${await machineToken(`${tenant}-robot`)}` },
    });
    expect(await response.json()).toEqual({ notesOf: tenant });
  });

  async function machineToken(clientId: string): Promise<string> {
    const response = await fetch(`${emulator.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientId}-secret`)}` },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: AUDIENCE,
        scope: "notes:read",
      }),
    });
    const { access_token: token }: { access_token: string } = await response.json();
    return token;
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
