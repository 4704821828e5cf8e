import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHeadlessBrowser, type WorkosEmulator } from "../../src/index.ts";
import { sdkFor, start } from "../workos/environment.ts";
import { CALLBACK, claimsOf, DOCUMENT, DOCUMENT_ID, oauthClient } from "./oauth-client.ts";

const RESOURCE = "https://mcp.example.test/mcp";
const CLEO = { person: "cleo@acme.example", organization: "birch", resource: RESOURCE };

let emulator: WorkosEmulator;
let client: ReturnType<typeof oauthClient>;
beforeEach(async () => {
  emulator = await start({
    resources: [RESOURCE],
    dynamicClientRegistration: true,
    clientIdMetadataDocuments: true,
    clientDocuments: { [DOCUMENT_ID]: DOCUMENT },
  });
  client = oauthClient(emulator.addresses.authkit);
});
afterEach(() => emulator.close());

describe("an MCP client at WorkOS", () => {
  test("finds that it may be an address, or register itself", async () => {
    expect(await client.metadata()).toMatchObject({
      issuer: emulator.addresses.authkit,
      client_id_metadata_document_supported: true,
      registration_endpoint: `${emulator.addresses.authkit}/oauth2/register`,
      code_challenge_methods_supported: ["S256"],
    });
    expect(await client.metadata()).not.toHaveProperty(
      "authorization_response_iss_parameter_supported",
    );
  });

  test("gets a token by the address of its metadata", async () => {
    const { body } = await client.connect({ ...CLEO, clientId: DOCUMENT_ID });
    expect(claimsOf(body["access_token"])).toMatchObject({
      client_id: DOCUMENT_ID,
      aud: RESOURCE,
      org_id: "org_birch",
    });
  });

  test("is shown to the person with name, host, organization and where the answer goes", async () => {
    const browser = createHeadlessBrowser();
    const { url } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    const people = await browser.open(url);
    if (people.kind !== "page") throw new Error("no page");
    const choose = (stop: typeof people, fields: Record<string, string>) =>
      browser.submit(stop.url, new URLSearchParams(fields));
    const places = await choose(people, { person: "user_cleo" });
    if (places.kind !== "page") throw new Error("no page");
    const consent = await choose(places, { organization: "org_birch" });
    if (consent.kind !== "page") throw new Error("no page");
    expect(consent.body).toContain("Let Notes agent act for you?");
    expect(consent.body).toMatch(/in Birch\s.*only/s);
    expect(consent.body).toContain("notes-agent.example");
    expect(consent.body).toContain("localhost:8976");
    expect(consent.body).toContain("a program on this computer");
    expect(consent.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    // Neither yes nor no is no.
    expect(await choose(consent, {})).toMatchObject({ kind: "page", status: 400 });
    const back = await choose(consent, { action: "cancel" });
    if (back.kind !== "left") throw new Error("not sent back");
    expect(back.url.searchParams.get("error")).toBe("access_denied");
    expect(back.url.searchParams.get("code")).toBeNull();
  });

  test("gets nothing for an organization that the person is not in", async () => {
    const browser = createHeadlessBrowser();
    const { url } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    const people = await browser.open(url);
    const places = await browser.submit(people.url, new URLSearchParams({ person: "user_cleo" }));
    const back = await browser.submit(
      places.url,
      new URLSearchParams({ organization: "org_lighthouse" }),
    );
    expect(back.kind).toBe("left");
    expect(back.url.searchParams.get("error")).toBe("access_denied");
  });

  test("gets no token for a code if the membership has ended meanwhile", async () => {
    const { form } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    expect(await client.token(form)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  test("is listed by the vendor's SDK if it registered itself, and gone when it is deleted", async () => {
    const workos = sdkFor(emulator);
    await client.connect({ ...CLEO, clientId: DOCUMENT_ID });
    const { clientId } = await client.register();
    const { body } = await client.connect({ ...CLEO, clientId });
    const { data } = await workos.connect.listApplications();
    expect(data).toMatchObject([
      { clientId, applicationType: "oauth", wasDynamicallyRegistered: true, name: "An agent" },
    ]);
    await workos.connect.deleteApplication({ id: data[0]?.id ?? "" });
    expect((await workos.connect.listApplications()).data).toEqual([]);
    expect((await client.refresh(clientId, body["refresh_token"] ?? "")).body["error"]).toBe(
      "invalid_grant",
    );
  });

  test("gets the default resource if it names none, and the environment without a default", async () => {
    const { resource: _resource, ...silent } = CLEO;
    const none = await client.connect({ ...silent, clientId: DOCUMENT_ID });
    expect(claimsOf(none.body["access_token"])["aud"]).toBe("client_app");
    const { address } = emulator.addresses;
    const call = (method: string, path: string, body?: object) =>
      fetch(`${address}/user_management/authkit_oauth_resources${path}`, {
        method,
        headers: { authorization: "Bearer sk_test_app", "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const made = await call("POST", "", { uri: "https://default.example", default: true });
    const { id } = (await made.json()) as { id: string };
    const { body } = await client.connect({ ...silent, clientId: DOCUMENT_ID });
    expect(claimsOf(body["access_token"])["aud"]).toBe("https://default.example");
    expect((await call("DELETE", `/${id}`)).status).toBe(204);
    expect((await call("DELETE", `/${id}`)).status).toBe(404);
    expect(await (await call("GET", "")).json()).toMatchObject({ data: [{ uri: RESOURCE }] });
  });

  test("is refused with a redirect address that is not exactly its own", async () => {
    const { url } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    url.searchParams.set("redirect_uri", `${CALLBACK}/more`);
    expect((await fetch(url, { redirect: "manual" })).status).toBe(400);
    url.searchParams.set("redirect_uri", CALLBACK);
    url.searchParams.set("client_id", "https://unknown.invalid/client.json");
    expect((await fetch(url, { redirect: "manual" })).status).toBe(400);
  });
});
