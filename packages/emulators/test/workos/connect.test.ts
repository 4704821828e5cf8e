import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoWorld, signInHeadless, spawnEmulator, type WorkosEmulator } from "../../src/index.ts";
import { API_KEY, CALLBACK, claimsOf, CLIENT_ID, sdkFor, signIn, start } from "./environment.ts";

const RESOURCE = "https://mcp.example.test";

let emulator: WorkosEmulator;
beforeEach(async () => {
  emulator = await start({ resources: [RESOURCE], dynamicClientRegistration: true });
});
afterEach(() => emulator.close());

async function post(path: string, body: Record<string, string>) {
  const response = await fetch(`${emulator.addresses.authkit}/oauth2/${path}`, {
    method: "POST",
    body: new URLSearchParams(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function register(): Promise<string> {
  const response = await fetch(`${emulator.addresses.authkit}/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: "An agent" }),
  });
  const { client_id: clientId } = (await response.json()) as { client_id: string };
  return clientId;
}

interface Authorized {
  readonly error?: string;
  readonly clientId?: string;
  readonly form?: Record<string, string>;
  readonly body?: Record<string, string>;
}

/** The authorization of an MCP client, as far as its token. */
async function authorize(
  more: Record<string, string> = {},
  who: { readonly person: string; readonly organization?: string } = {
    person: "cleo@acme.example",
    organization: "birch",
  },
): Promise<Authorized> {
  const clientId = await register();
  const verifier = randomBytes(32).toString("base64url");
  const authorizationUrl = new URL(`${emulator.addresses.authkit}/oauth2/authorize`);
  authorizationUrl.search = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid offline_access",
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: RESOURCE,
    ...more,
  }).toString();
  const callback = await signInHeadless({ authorizationUrl, ...who });
  const error = callback.searchParams.get("error");
  if (error !== null) return { error };
  const form = {
    grant_type: "authorization_code",
    client_id: clientId,
    redirect_uri: CALLBACK,
    code: callback.searchParams.get("code") ?? "",
    code_verifier: verifier,
  };
  const { body } = await post("token", form);
  return { clientId, form, body };
}

describe("an MCP client", () => {
  test("finds the authorization server by its OAuth metadata only", async () => {
    const metadata = async (document: string) => {
      const response = await fetch(`${emulator.addresses.authkit}/.well-known/${document}`);
      return (await response.json()) as Record<string, unknown>;
    };
    const oauth = await metadata("oauth-authorization-server");
    expect(oauth).toMatchObject({
      issuer: emulator.addresses.authkit,
      registration_endpoint: `${emulator.addresses.authkit}/oauth2/register`,
      code_challenge_methods_supported: ["S256"],
    });
    expect(await metadata("openid-configuration")).not.toHaveProperty("registration_endpoint");
  });

  test("gets a token for its resource and the organization that the person chose", async () => {
    const { body, clientId } = await authorize();
    expect(claimsOf(body?.["access_token"] ?? "")).toMatchObject({
      iss: emulator.addresses.authkit,
      aud: RESOURCE,
      sub: "user_cleo",
      org_id: "org_birch",
      sid: expect.stringMatching(/^app_consent_/),
      client_id: clientId,
      scope: "openid offline_access",
    });
  });

  test("refreshes once with each token, and not after the membership has ended", async () => {
    const { body, clientId = "" } = await authorize();
    const refresh = (token: string) =>
      post("token", { grant_type: "refresh_token", client_id: clientId, refresh_token: token });
    const first = body?.["refresh_token"] ?? "";
    const second = await refresh(first);
    expect(claimsOf(second.body["access_token"] ?? "")).toMatchObject({ aud: RESOURCE });
    expect(await refresh(first)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    emulator.controls.world.memberships.remove("user_cleo", "org_birch");
    expect((await refresh(second.body["refresh_token"] ?? "")).body["error"]).toBe("invalid_grant");
  });

  test("uses a code once and only for the resource it was made for", async () => {
    const { form = {} } = await authorize();
    expect((await post("token", form)).body["error"]).toBe("invalid_grant");
  });

  test.each([
    [{ resource: "https://other.example" }, "invalid_target"],
    [{ scope: "openid notes:read" }, "invalid_scope"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
  ])("is refused with %j", async (more, error) => {
    expect(await authorize(more)).toEqual({ error });
  });

  test("cannot register where the environment does not allow it", async () => {
    await emulator.close();
    emulator = await start();
    const response = await fetch(`${emulator.addresses.authkit}/oauth2/register`, {
      method: "POST",
    });
    expect(response.status).toBe(404);
  });

  test("gets a token for the whole environment while no resource is registered", async () => {
    await emulator.close();
    emulator = await start({ dynamicClientRegistration: true });
    const { body } = await authorize();
    expect(claimsOf(body?.["access_token"] ?? "")["aud"]).toBe(CLIENT_ID);
  });
});

describe("the two addresses", () => {
  test("serve their own paths and no others", async () => {
    const { address, authkit } = emulator.addresses;
    const status = async (url: string) => (await fetch(url)).status;
    expect(await status(`${address}/sso/jwks/${CLIENT_ID}`)).toBe(200);
    expect(await status(`${address}/sso/jwks/client_other`)).toBe(404);
    expect(await status(`${authkit}/sso/jwks/${CLIENT_ID}`)).toBe(404);
    expect(await status(`${address}/oauth2/jwks`)).toBe(404);
    expect(await status(address)).toBe(200);
    expect(await status(authkit)).toBe(200);
  });
});

describe("as a process", () => {
  test("serves the vendor's SDK over a world of its own", async () => {
    const world = demoWorld();
    world.users.update("user_ada", { name: "Ada Lovelace" });
    const spawned = await spawnEmulator({
      vendor: "workos",
      clientId: CLIENT_ID,
      apiKey: API_KEY,
      redirectUris: [CALLBACK],
      world: world.snapshot(),
    });
    const port = Number(new URL(spawned.addresses["address"] ?? "").port);
    const { user } = await signIn(sdkFor({ port }), { person: "ada@acme.example" });
    expect(user.lastName).toBe("Lovelace");
    await spawned.close();
    await expect(fetch(spawned.addresses["address"] ?? "")).rejects.toThrow("fetch failed");
  });

  test("is reported when its settings lack something", async () => {
    const settings = { vendor: "workos", clientId: "", apiKey: "", redirectUris: [] } as const;
    await expect(spawnEmulator(settings)).rejects.toThrow("ended before it was ready");
  });
});
