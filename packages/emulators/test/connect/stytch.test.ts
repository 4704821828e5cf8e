import { createHash } from "node:crypto";
import { B2BClient } from "stytch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoWorld, startStytchEmulator, type StytchEmulator } from "../../src/index.ts";
import { CALLBACK, claimsOf, DOCUMENT, DOCUMENT_ID, oauthClient } from "./oauth-client.ts";

const PROJECT = "project-test-1";
const ORGANIZATION = "https://stytch.com/organization";
const CLEO = {
  person: "cleo@acme.example",
  organization: "birch",
  scope: "offline_access notes:read",
};
const VERIFIER = "v".repeat(43);

let emulator: StytchEmulator;
let client: ReturnType<typeof oauthClient>;
let stytch: B2BClient;
beforeEach(() => start());
afterEach(() => emulator.close());

async function start(more: { readonly authorizationUrl?: string } = {}): Promise<void> {
  emulator = await startStytchEmulator({
    world: demoWorld(),
    projectId: PROJECT,
    secret: "secret",
    publicToken: "public-token-test-1",
    redirectUris: [],
    dynamicClientRegistration: true,
    clientDocuments: { [DOCUMENT_ID]: DOCUMENT },
    ...more,
  });
  const { address } = emulator.addresses;
  client = oauthClient(address);
  stytch = new B2BClient({ project_id: PROJECT, secret: "secret", env: address });
}

describe("an MCP client at Stytch", () => {
  test("finds that it may be an address or register itself", async () => {
    const { address } = emulator.addresses;
    expect(await client.metadata()).toMatchObject({
      issuer: address,
      authorization_endpoint: `${address}/oauth/authorize`,
      registration_endpoint: `${address}/v1/oauth2/register`,
      client_id_metadata_document_supported: true,
      scopes_supported: expect.arrayContaining(["offline_access", "notes:read"]),
    });
    const { clientId } = await client.register();
    for (const id of [clientId, DOCUMENT_ID]) {
      const { body } = await client.connect({ ...CLEO, clientId: id });
      expect(claimsOf(body["access_token"])).toMatchObject({
        client_id: id,
        sub: emulator.controls.memberId("cleo@acme.example", "birch"),
        scope: CLEO.scope,
        [ORGANIZATION]: { organization_id: "org_birch", slug: "birch" },
      });
    }
  });

  test("gets a token for the whole project, whatever resource it asks for", async () => {
    const wish = { ...CLEO, clientId: DOCUMENT_ID, resource: "https://mcp.example" };
    const { body } = await client.connect(wish);
    expect(claimsOf(body["access_token"])["aud"]).toEqual([PROJECT]);
    const known = await stytch.idp.introspectTokenNetwork({
      token: body["access_token"] ?? "",
      client_id: DOCUMENT_ID,
    });
    expect(known).toMatchObject({ organization: { organization_id: "org_birch" } });
  });

  test("gets no scope that the person could not use", async () => {
    const eve = { person: "eve@birch.example", clientId: DOCUMENT_ID };
    expect((await client.authorize({ ...eve, scope: "notes:read" })).error).toBeNull();
    expect((await client.authorize({ ...eve, scope: "notes:write" })).error).toBe("invalid_scope");
    expect((await client.authorize({ ...eve, scope: "full_access" })).error).toBe("invalid_scope");
  });

  test("refreshes into the same organization, once with each token, and a copy ends it", async () => {
    const { body } = await client.connect({ ...CLEO, clientId: DOCUMENT_ID });
    const first = body["refresh_token"] ?? "";
    const second = await client.refresh(DOCUMENT_ID, first);
    expect(claimsOf(second.body["access_token"])[ORGANIZATION]).toMatchObject({ slug: "birch" });
    const copy = await client.refresh(DOCUMENT_ID, first);
    expect(copy).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const third = await client.refresh(DOCUMENT_ID, second.body["refresh_token"] ?? "");
    expect(third.status).toBe(400);
  });

  test("gets nothing for a member who was removed, or removed and added again", async () => {
    const { world } = emulator.controls;
    const { body } = await client.connect({ ...CLEO, clientId: DOCUMENT_ID });
    const { form } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    const row = world.memberships.get("user_cleo", "org_birch");
    world.memberships.remove("user_cleo", "org_birch");
    if (row !== undefined) world.memberships.add(row);
    expect((await client.token(form)).body["error"]).toBe("invalid_grant");
    const answer = await client.refresh(DOCUMENT_ID, body["refresh_token"] ?? "");
    expect(answer.body["error"]).toBe("invalid_grant");
  });

  test("can be refused by the person, and uses a code once with its verifier", async () => {
    const { error } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID, cancel: true });
    expect(error).toBe("access_denied");
    const { form } = await client.authorize({ ...CLEO, clientId: DOCUMENT_ID });
    const wrong = await client.token({ ...form, code_verifier: VERIFIER });
    expect(wrong.body["error"]).toBe("invalid_grant");
    expect((await client.token(form)).body["error"]).toBe("invalid_grant");
  });

  test("is listed by the vendor's SDK, and gone with its grants when it is deleted", async () => {
    const { clientId } = await client.register({ client_name: "Pruned" });
    const { body } = await client.connect({ ...CLEO, clientId });
    const { connected_apps: apps } = await stytch.connectedApp.clients.search({});
    expect(apps).toMatchObject([{ client_id: clientId, client_name: "Pruned" }]);
    const { connected_app: one } = await stytch.connectedApp.clients.get({ client_id: clientId });
    expect(one).toEqual(apps[0]);
    await stytch.connectedApp.clients.delete({ client_id: clientId });
    await expect(stytch.connectedApp.clients.get({ client_id: clientId })).rejects.toMatchObject({
      status_code: 404,
    });
    expect((await stytch.connectedApp.clients.search({})).connected_apps).toEqual([]);
    const answer = await client.refresh(clientId, body["refresh_token"] ?? "");
    expect(answer.body["error"]).toBe("invalid_grant");
  });
});

describe("an application's own page of consent", () => {
  const wish = {
    client_id: DOCUMENT_ID,
    redirect_uri: CALLBACK,
    response_type: "code",
    scopes: ["offline_access", "notes:read"],
  };

  test("is where the metadata sends browsers", async () => {
    await emulator.close();
    await start({ authorizationUrl: "https://app.example/oauth/authorize" });
    expect(await client.metadata()).toMatchObject({
      authorization_endpoint: "https://app.example/oauth/authorize",
    });
  });

  test("asks what it shows, and submits the answer, by the SDK", async () => {
    const who = { person: "cleo@acme.example", organization: "birch" };
    const { session_jwt } = await emulator.controls.signInFrontEnd(who);
    const about = await stytch.idp.oauth.authorizeStart({ ...wish, session_jwt });
    expect(about).toMatchObject({
      client: { client_name: "Notes agent" },
      organization: { organization_id: "org_birch" },
      consent_required: true,
      scope_results: [
        { scope: "offline_access", is_grantable: true },
        { scope: "notes:read", is_grantable: true },
      ],
    });
    const submitted = await stytch.idp.oauth.authorize({
      ...wish,
      session_jwt,
      consent_granted: true,
      state: "s",
      code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
      resources: ["https://mcp.example"],
    });
    const back = new URL(submitted.redirect_uri);
    expect(back.searchParams.get("state")).toBe("s");
    expect(back.searchParams.get("code")).toBe(submitted.authorization_code);
    const { body } = await client.token({
      grant_type: "authorization_code",
      client_id: DOCUMENT_ID,
      redirect_uri: CALLBACK,
      code: submitted.authorization_code ?? "",
      code_verifier: VERIFIER,
    });
    expect(claimsOf(body["access_token"])[ORGANIZATION]).toMatchObject({ slug: "birch" });
  });

  test("takes the organization and the member instead of a session, but no mixture", async () => {
    const member_id = emulator.controls.memberId("cleo@acme.example", "birch");
    const ask = (organization_id: string) =>
      stytch.idp.oauth.authorizeStart({ ...wish, organization_id, member_id });
    expect(await ask("org_birch")).toMatchObject({ member_id });
    await expect(ask("org_acme")).rejects.toMatchObject({ status_code: 404 });
  });

  test.each([
    [{ consent_granted: false }, "access_denied"],
    [{ consent_granted: true, scopes: ["notes:read", "full_access"] }, "invalid_scope"],
    [{ consent_granted: true, code_challenge: undefined }, "invalid_request"],
  ])("gets an error for the client with %j", async (more, error) => {
    const member_id = emulator.controls.memberId("cleo@acme.example", "birch");
    const { redirect_uri } = await stytch.idp.oauth.authorize({
      ...wish,
      organization_id: "org_birch",
      member_id,
      code_challenge: "challenge",
      ...more,
    } as Parameters<typeof stytch.idp.oauth.authorize>[0]);
    expect(new URL(redirect_uri).searchParams.get("error")).toBe(error);
    expect(new URL(redirect_uri).searchParams.get("code")).toBeNull();
  });

  test.each([
    [{ client_id: "nobody" }, 404],
    [{ redirect_uri: `${CALLBACK}/more` }, 400],
    [{ scopes: [] }, 400],
    [{ session_jwt: "no.session.here" }, 404],
  ])("is told what is wrong with %j", async (more, status_code) => {
    const who = { person: "cleo@acme.example", organization: "birch" };
    const { session_jwt } = await emulator.controls.signInFrontEnd(who);
    await expect(
      stytch.idp.oauth.authorizeStart({ ...wish, session_jwt, ...more }),
    ).rejects.toMatchObject({ status_code });
  });
});
