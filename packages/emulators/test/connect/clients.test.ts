import { describe, expect, test } from "vitest";
import type { ClientPolicy } from "../../src/connect/client.ts";
import { readClientMetadata } from "../../src/connect/client-metadata.ts";
import { createClientRegistry } from "../../src/connect/client-registry.ts";
import { CALLBACK, DOCUMENT, DOCUMENT_ID } from "./oauth-client.ts";

const OPEN = { dynamicClientRegistration: true, clientIdMetadataDocuments: true };

function registry(policy: ClientPolicy = OPEN) {
  let count = 0;
  return createClientRegistry(policy, () => `client_${(count += 1)}`);
}

describe("a client that registers itself", () => {
  test("is public, whatever it asks for, and keeps neither scopes nor other grants", () => {
    const clients = registry();
    const answer = clients.register({
      client_name: "An agent",
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "client_credentials"],
      scope: "notes:read",
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        client_id: "client_1",
        client_name: "An agent",
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
      },
    });
    expect(answer.body).not.toHaveProperty("client_secret");
    expect(answer.body).not.toHaveProperty("scope");
    expect(clients.list()).toMatchObject([{ clientId: "client_1", lastUsedAtMs: null }]);
  });

  test.each([
    ["https://app.example/callback", true],
    ["http://localhost:3000/callback", true],
    ["http://127.0.0.1/callback", true],
    ["com.example.app:/callback", true],
    ["http://app.example/callback", false],
    ["https://app.example/*", false],
    ["https://app.example/callback#x", false],
    ["https://user:pass@app.example/callback", false],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["callback", false],
  ])("may come back to %s: %s", (uri, isAllowed) => {
    const read = readClientMetadata({ redirect_uris: [uri] });
    expect("error" in read ? read.error : null).toBe(isAllowed ? null : "invalid_redirect_uri");
  });

  test.each([
    [{}, "invalid_redirect_uri"],
    [{ redirect_uris: [] }, "invalid_redirect_uri"],
    [{ redirect_uris: CALLBACK }, "invalid_redirect_uri"],
    [{ redirect_uris: Array.from({ length: 11 }, () => CALLBACK) }, "invalid_redirect_uri"],
    [{ redirect_uris: [CALLBACK], grant_types: ["implicit"] }, "invalid_client_metadata"],
  ])("is refused with %j", (body, error) => {
    expect(registry().register(body)).toMatchObject({ status: 400, body: { error } });
  });

  test("is refused where nobody may", () => {
    expect(registry({}).register({ redirect_uris: [CALLBACK] }).status).toBe(404);
  });

  test("stays away once it was removed", () => {
    const clients = registry();
    clients.register({ redirect_uris: [CALLBACK] });
    expect(clients.remove("client_1")).toBe(true);
    expect(clients.get("client_1")).toBeUndefined();
    expect(clients.remove("client_1")).toBe(false);
  });
});

describe("a client whose id is an address", () => {
  const find = async (
    document: Readonly<Record<string, unknown>>,
    { id = DOCUMENT_ID, policy = OPEN }: { id?: string; policy?: ClientPolicy } = {},
  ) => registry({ ...policy, clientDocuments: { [id]: document } }).find(id);

  test("is what its document says", async () => {
    expect(await find(DOCUMENT)).toMatchObject({
      clientId: DOCUMENT_ID,
      name: "Notes agent",
      redirectUris: [CALLBACK],
      source: "document",
    });
  });

  test.each([
    ["another client", { ...DOCUMENT, client_id: "https://other.example/client.json" }],
    ["no client", { ...DOCUMENT, client_id: undefined }],
    ["a secret", { ...DOCUMENT, token_endpoint_auth_method: "client_secret_post" }],
    ["a secret itself", { ...DOCUMENT, client_secret: "s" }],
    ["no address to come back to", { ...DOCUMENT, redirect_uris: [] }],
  ])("is nobody if the document names %s", async (_what, document) => {
    expect(await find(document)).toBeUndefined();
  });

  test.each([
    "http://notes-agent.example/client.json",
    "https://notes-agent.example/",
    "https://notes-agent.example/a/../client.json",
    "https://notes-agent.example/client.json#x",
    "https://notes-agent.example/client.json?x=1",
    "https://user@notes-agent.example/client.json",
    "notes-agent",
  ])("is nobody with the id %s", async (id) => {
    expect(await find({ ...DOCUMENT, client_id: id }, { id })).toBeUndefined();
  });

  test("is nobody where documents do not count, and once it was removed", async () => {
    expect(await find(DOCUMENT, { policy: {} })).toBeUndefined();
    const clients = registry({ ...OPEN, clientDocuments: { [DOCUMENT_ID]: DOCUMENT } });
    expect(await clients.find(DOCUMENT_ID)).toBeDefined();
    clients.remove(DOCUMENT_ID);
    expect(await clients.find(DOCUMENT_ID)).toBeUndefined();
  });
});
