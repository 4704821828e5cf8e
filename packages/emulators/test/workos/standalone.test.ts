import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHeadlessBrowser, signInHeadless, type WorkosEmulator } from "../../src/index.ts";
import { CALLBACK, claimsOf, sdkFor, start } from "./environment.ts";

const LOGIN_URI = "http://localhost:9/login";
const RESOURCE = "https://mcp.example.test";
const CLAIM = "urn:example:place";

let emulator: WorkosEmulator;
beforeEach(async () => {
  emulator = await start({
    resources: [RESOURCE],
    dynamicClientRegistration: true,
    loginUri: LOGIN_URI,
  });
});
afterEach(() => emulator.close());

/** An OAuth client's browser, as far as the application's Login URI. */
async function begin() {
  const { authkit } = emulator.addresses;
  const registered = await fetch(`${authkit}/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: "An agent" }),
  });
  const { client_id: clientId } = (await registered.json()) as { client_id: string };
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL(`${authkit}/oauth2/authorize`);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid offline_access",
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: RESOURCE,
  }).toString();
  const stop = await createHeadlessBrowser().open(url);
  const login = stop.url;
  const externalAuthId = login.searchParams.get("external_auth_id") ?? "";
  const form = { grant_type: "authorization_code", client_id: clientId, redirect_uri: CALLBACK };
  return { login, externalAuthId, form: { ...form, code_verifier: verifier } };
}

async function token(form: Readonly<Record<string, string>>) {
  const response = await fetch(`${emulator.addresses.authkit}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return (await response.json()) as Record<string, string>;
}

const cleo = { id: "cleo-here", email: "cleo@acme.example" };
const options = (...values: readonly string[]) => [
  {
    claim: CLAIM,
    type: "enum" as const,
    label: "Place",
    choices: values.map((value) => ({ value, label: value })),
  },
];
const adopt = () =>
  sdkFor(emulator).userManagement.updateUser({ userId: "user_cleo", externalId: cleo.id });
const complete = (externalAuthId: string, user = cleo, userConsentOptions = options("here")) =>
  sdkFor(emulator).connect.completeOAuth2({ externalAuthId, user, userConsentOptions });

describe("with a Login URI", () => {
  test("a client's person is sent there, and comes back for consent once the application knows them", async () => {
    await adopt();
    const { login, externalAuthId, form } = await begin();
    expect(`${login.origin}${login.pathname}`).toBe(LOGIN_URI);
    const { redirectUri } = await complete(externalAuthId);
    expect(new URL(redirectUri).origin).toBe(emulator.addresses.authkit);
    const callback = await signInHeadless({ authorizationUrl: redirectUri });
    const body = await token({ ...form, code: callback.searchParams.get("code") ?? "" });
    const claims = claimsOf(body["access_token"] ?? "");
    expect(claims).toMatchObject({ sub: "user_cleo", aud: RESOURCE, [CLAIM]: "here" });
    expect(claims).not.toHaveProperty("org_id");
    const refreshed = await token({
      grant_type: "refresh_token",
      client_id: form.client_id,
      refresh_token: body["refresh_token"] ?? "",
    });
    expect(claimsOf(refreshed["access_token"] ?? "")).toMatchObject({ [CLAIM]: "here" });
  });

  test("the person may still say no", async () => {
    await adopt();
    const { externalAuthId } = await begin();
    const { redirectUri } = await complete(externalAuthId);
    const callback = await signInHeadless({ authorizationUrl: redirectUri, cancel: true });
    expect(callback.searchParams.get("error")).toBe("access_denied");
  });

  test("nothing but what was offered can be chosen", async () => {
    await adopt();
    const { externalAuthId } = await begin();
    const { redirectUri } = await complete(externalAuthId);
    const browser = createHeadlessBrowser();
    const page = await browser.open(redirectUri);
    const fields = new URLSearchParams({ action: "continue", [`option:${CLAIM}`]: "elsewhere" });
    expect(await browser.submit(page.url, fields)).toMatchObject({ kind: "page", status: 400 });
  });

  test("a claim cannot pose as one of the vendor's own", async () => {
    await adopt();
    const { externalAuthId, form } = await begin();
    const [option] = options("user_ada");
    const { redirectUri } = await sdkFor(emulator).connect.completeOAuth2({
      externalAuthId,
      user: cleo,
      userConsentOptions: option === undefined ? [] : [{ ...option, claim: "sub" }],
    });
    const callback = await signInHeadless({ authorizationUrl: redirectUri });
    const body = await token({ ...form, code: callback.searchParams.get("code") ?? "" });
    expect(claimsOf(body["access_token"] ?? "")).toMatchObject({ sub: "user_cleo" });
  });

  test("an authorization is completed once", async () => {
    await adopt();
    const { externalAuthId } = await begin();
    await complete(externalAuthId);
    await expect(complete(externalAuthId)).rejects.toMatchObject({
      status: 400,
      code: "external_auth_session_already_completed",
    });
  });

  test("the browser continues once", async () => {
    await adopt();
    const { externalAuthId } = await begin();
    const { redirectUri } = await complete(externalAuthId);
    await createHeadlessBrowser().open(redirectUri);
    expect(await createHeadlessBrowser().open(redirectUri)).toMatchObject({ status: 400 });
  });

  test("an unknown authorization is not found", async () => {
    await expect(complete("ext_auth_x")).rejects.toMatchObject({ status: 404 });
  });

  test("an application's new id cannot take an address that is somebody's", async () => {
    const { externalAuthId } = await begin();
    await expect(complete(externalAuthId)).rejects.toMatchObject({
      status: 400,
      code: "email_not_available",
    });
  });

  test("a known id cannot change its address", async () => {
    await adopt();
    const { externalAuthId } = await begin();
    const other = { ...cleo, email: "new@acme.example" };
    await expect(complete(externalAuthId, other)).rejects.toMatchObject({
      status: 400,
      code: "email_change_not_allowed",
    });
  });

  test("somebody new becomes a user", async () => {
    const { externalAuthId } = await begin();
    const dora = { id: "dora-here", email: "dora@new.example" };
    await complete(externalAuthId, dora);
    const { userManagement } = sdkFor(emulator);
    expect(await userManagement.getUserByExternalId("dora-here")).toMatchObject({
      email: "dora@new.example",
      externalId: "dora-here",
    });
  });

  test("an external id is one person's", async () => {
    await adopt();
    const { userManagement } = sdkFor(emulator);
    const taken = userManagement.updateUser({ userId: "user_ada", externalId: cleo.id });
    await expect(taken).rejects.toMatchObject({ status: 409 });
  });
});
