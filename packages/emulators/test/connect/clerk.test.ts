import { createClerkClient } from "@clerk/backend";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createHeadlessBrowser,
  demoWorld,
  startClerkEmulator,
  type ClerkEmulator,
} from "../../src/index.ts";
import { claimsOf, DOCUMENT, DOCUMENT_ID, oauthClient } from "./oauth-client.ts";

const SCOPE = "openid offline_access user:org:read notes:read mcp:use";
const CLEO = { person: "cleo@acme.example", organization: "birch", scope: SCOPE };

let emulator: ClerkEmulator;
let client: ReturnType<typeof oauthClient>;
beforeEach(async () => {
  emulator = await startClerkEmulator({
    world: demoWorld(),
    scopes: ["mcp:use"],
    oauthApplications: [
      {
        clientId: "app",
        clientSecret: "app-secret",
        redirectUris: ["http://localhost:9/callback"],
      },
    ],
    dynamicClientRegistration: true,
    clientIdMetadataDocuments: true,
    clientDocuments: { [DOCUMENT_ID]: DOCUMENT },
  });
  client = oauthClient(emulator.addresses.issuer);
});
afterEach(() => emulator.close());

describe("an MCP client at Clerk", () => {
  test("finds that it may register itself, or be an address while that is in beta", async () => {
    expect(await client.metadata()).toMatchObject({
      registration_endpoint: `${emulator.addresses.issuer}/oauth/register`,
      client_id_metadata_document_supported: true,
      scopes_supported: expect.arrayContaining(["user:org:read", "mcp:use"]),
    });
    const { clientId } = await client.register();
    for (const id of [clientId, DOCUMENT_ID]) {
      const { body } = await client.connect({ ...CLEO, clientId: id });
      expect(claimsOf(body["access_token"])).toMatchObject({ client_id: id, org_id: "org_birch" });
    }
  });

  test("gets a token for no resource, whatever it asks for", async () => {
    const { clientId } = await client.register();
    const { body } = await client.connect({ ...CLEO, clientId, resource: "https://mcp.example" });
    expect(claimsOf(body["access_token"])).not.toHaveProperty("aud");
  });

  test("gets no organization without the scope for it", async () => {
    const { clientId } = await client.register();
    const scope = "openid notes:read";
    const { body } = await client.connect({ ...CLEO, clientId, scope });
    expect(claimsOf(body["access_token"])).not.toHaveProperty("org_id");
    expect(body).not.toHaveProperty("refresh_token");
  });

  test("refreshes into the same organization, once with each token, and not after the membership", async () => {
    const { clientId } = await client.register();
    const { body } = await client.connect({ ...CLEO, clientId });
    const first = body["refresh_token"] ?? "";
    const second = await client.refresh(clientId, first);
    expect(claimsOf(second.body["access_token"])).toMatchObject({ org_id: "org_birch" });
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    const third = await client.refresh(clientId, second.body["refresh_token"] ?? "");
    expect(third).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("is asked about each time, and may be refused", async () => {
    const { clientId } = await client.register();
    const browser = createHeadlessBrowser();
    await client.authorize({ ...CLEO, clientId, browser });
    expect((await client.authorize({ ...CLEO, clientId, browser })).error).toBeNull();
    const { error } = await client.authorize({ ...CLEO, clientId, cancel: true });
    expect(error).toBe("access_denied");
  });

  test("is listed by the vendor's SDK, and gone with its grants when it is deleted", async () => {
    const { secretKey, addresses } = emulator;
    const clerk = createClerkClient({ secretKey, apiUrl: addresses.address });
    const { clientId } = await client.register({ client_name: "Pruned" });
    const { body } = await client.connect({ ...CLEO, clientId });
    const { data } = await clerk.oauthApplications.list();
    expect(data).toMatchObject([
      { clientId, name: "Pruned", dynamicallyRegistered: true, consentScreenEnabled: true },
      { clientId: "app", dynamicallyRegistered: false },
    ]);
    await clerk.oauthApplications.delete(data[0]?.id ?? "");
    expect((await clerk.oauthApplications.list()).totalCount).toBe(1);
    const { body: answer } = await client.refresh(clientId, body["refresh_token"] ?? "");
    expect(answer["error"]).toBe("invalid_client");
  });

  test("cannot register where the dashboard does not allow it", async () => {
    await emulator.close();
    emulator = await startClerkEmulator({ world: demoWorld() });
    const response = await fetch(`${emulator.addresses.issuer}/oauth/register`, { method: "POST" });
    expect(response.status).toBe(404);
  });
});
