import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createHeadlessBrowser,
  demoWorld,
  startOidcEmulator,
  type OidcEmulator,
  type OidcEmulatorOptions,
} from "../../src/index.ts";
import { CALLBACK, claimsOf, DOCUMENT, DOCUMENT_ID, oauthClient } from "./oauth-client.ts";

const API = "https://api.example.test";
const RESOURCE = "https://mcp.example.test/mcp";
const CLEO = {
  person: "cleo@acme.example",
  organization: "birch",
  resource: RESOURCE,
  scope: "openid offline_access notes:read",
};

let emulator: OidcEmulator;
let client: ReturnType<typeof oauthClient>;
beforeEach(() =>
  start({
    dynamicClientRegistration: true,
    clientIdMetadataDocuments: true,
    clientDocuments: { [DOCUMENT_ID]: DOCUMENT },
  }),
);
afterEach(() => emulator.close());

async function start(policy: Partial<OidcEmulatorOptions>): Promise<void> {
  emulator = await startOidcEmulator({
    world: demoWorld(),
    clients: [],
    audiences: [API, RESOURCE],
    ...policy,
  });
  client = oauthClient(emulator.issuer);
}

describe("an MCP client at an OpenID provider", () => {
  test("finds that it may be an address or register itself, and that answers name their issuer", async () => {
    expect(await client.metadata()).toMatchObject({
      issuer: emulator.issuer,
      registration_endpoint: `${emulator.issuer}/reg`,
      client_id_metadata_document_supported: true,
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    });
    const { clientId } = await client.register();
    for (const id of [clientId, DOCUMENT_ID]) {
      const { callback } = await client.authorize({ ...CLEO, clientId: id });
      expect(callback.searchParams.get("iss")).toBe(emulator.issuer);
    }
    expect(emulator.controls.requests("registration")).toBe(1);
  });

  test("finds neither where both are off", async () => {
    await emulator.close();
    await start({});
    const metadata = await client.metadata();
    expect(metadata).not.toHaveProperty("registration_endpoint");
    expect(metadata).not.toHaveProperty("client_id_metadata_document_supported");
    const response = await fetch(`${emulator.issuer}/reg`, { method: "POST" });
    expect(response.status).toBe(404);
  });

  test("gets a token for its resource alone, and the organization that the person chose", async () => {
    const { body } = await client.connect({ ...CLEO, clientId: DOCUMENT_ID });
    expect(claimsOf(body["access_token"])).toMatchObject({
      iss: emulator.issuer,
      aud: RESOURCE,
      client_id: DOCUMENT_ID,
      org_id: "org_birch",
      scope: expect.stringContaining("notes:read"),
    });
    const { error } = await client.authorize({
      ...CLEO,
      clientId: DOCUMENT_ID,
      resource: "https://unknown.example",
    });
    expect(error).toBe("invalid_target");
  });

  test("keeps the organization when it refreshes, and gets nothing after the membership has ended", async () => {
    const { clientId } = await client.register();
    const { body } = await client.connect({ ...CLEO, clientId });
    const second = await client.refresh(clientId, body["refresh_token"] ?? "");
    expect(claimsOf(second.body["access_token"])).toMatchObject({
      org_id: "org_birch",
      aud: RESOURCE,
    });
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    const third = await client.refresh(clientId, second.body["refresh_token"] ?? "");
    expect(third).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("can have both organizations of one person at once, by two authorizations", async () => {
    const browser = createHeadlessBrowser();
    const birch = await client.connect({ ...CLEO, clientId: DOCUMENT_ID, browser });
    const acme = await client.connect({
      ...CLEO,
      clientId: DOCUMENT_ID,
      organization: "acme",
      browser,
    });
    for (const [{ body }, organization] of [
      [birch, "org_birch"],
      [acme, "org_acme"],
    ] as const) {
      const { body: fresh } = await client.refresh(DOCUMENT_ID, body["refresh_token"] ?? "");
      expect(claimsOf(fresh["access_token"])["org_id"]).toBe(organization);
    }
  });

  test("is shown to the person, each time, in the organization they chose", async () => {
    const browser = createHeadlessBrowser();
    const { url } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID, browser });
    let stop = await browser.open(url);
    if (stop.kind === "page" && stop.body.includes('data-action="continue"')) {
      // `offline_access` made the client ask for consent, which the sign-in page has not given here.
      stop = await browser.submit(stop.url, new URLSearchParams({ action: "continue" }));
    }
    if (stop.kind !== "page") throw new Error("sent back without being asked");
    stop = await browser.submit(stop.url, new URLSearchParams({ organization: "org_birch" }));
    if (stop.kind !== "page") throw new Error("sent back without being asked");
    expect(stop.body).toContain("Let Notes agent act for you?");
    expect(stop.body).toMatch(/in Birch\s.*only/s);
    expect(stop.body).toContain(RESOURCE);
    const { error } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID, cancel: true });
    expect(error).toBe("access_denied");
  });

  test("has no secret, so a code is worth nothing without its verifier", async () => {
    const { form } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    const stolen = await client.token({ ...form, code_verifier: "x".repeat(43) });
    expect(stolen).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("comes back to its own address exactly", async () => {
    const { url } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    url.searchParams.set("redirect_uri", `${CALLBACK}/more`);
    expect((await fetch(url, { redirect: "manual" })).status).toBe(400);
  });
});

describe("a machine of an MCP server", () => {
  test("gets a token for the resource by its own credentials", async () => {
    const { body } = await client.token({
      grant_type: "client_credentials",
      client_id: "acme-robot",
      client_secret: "acme-robot-secret",
      scope: "notes:read",
      resource: RESOURCE,
    });
    expect(claimsOf(body["access_token"])).toMatchObject({
      aud: RESOURCE,
      sub: "acme-robot",
      org_id: "org_acme",
    });
  });
});
