import { WorkOS } from "@workos-inc/node";
import { createAuth, definePermissions, type Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { signInHeadless, type WorkosEmulator } from "@tenantry/emulators";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workos } from "../src/index.ts";
import { seal, unseal } from "../src/sealed-cookie.ts";
import { API_KEY, CALLBACK, CLIENT_ID, optionsFor, startEmulator } from "./support/adapter.ts";

const PASSWORD = "a password of at least thirty-two characters";
const BASE = "https://app.example.test";
const SETTINGS = { name: "wos-session", password: PASSWORD, domain: undefined };

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:*"], admin: ["notes:*"], support: [] },
});

let emulator: WorkosEmulator;
let sdk: WorkOS;
beforeEach(async () => {
  emulator = await startEmulator();
  const { hostname, port } = new URL(emulator.addresses.address);
  sdk = new WorkOS(API_KEY, {
    clientId: CLIENT_ID,
    apiHostname: hostname,
    port: Number(port),
    https: false,
  });
});
afterEach(() => emulator.close());

function appWith(options: Parameters<typeof optionsFor>[1] = {}): Auth {
  return createAuth({
    baseUrl: BASE,
    providers: [workos(optionsFor(emulator, { cookiePassword: PASSWORD, ...options }))],
    permissions,
    secrets: ["s".repeat(32)],
    adoptId: (_kind, { external }) => external,
    log: () => undefined,
  });
}

/** What the vendor's own SDK makes of a sign-in: the value of its cookie. */
async function signedIn(person: string, organization = "acme", password = PASSWORD) {
  const authorizationUrl = sdk.userManagement.getAuthorizationUrl({
    provider: "authkit",
    redirectUri: CALLBACK,
    clientId: CLIENT_ID,
    state: "s",
  });
  const callback = await signInHeadless({ authorizationUrl, person, organization });
  const { sealedSession } = await sdk.userManagement.authenticateWithCode({
    code: callback.searchParams.get("code") ?? "",
    clientId: CLIENT_ID,
    session: { sealSession: true, cookiePassword: password },
  });
  return sealedSession ?? "";
}

/** The same cookie with other tokens in it, as only who has the password can make it. */
async function resealed(
  value: string,
  change: (session: Session) => Promise<Readonly<Record<string, unknown>>>,
) {
  const session = await unseal(value, SETTINGS);
  if (session === null) throw new Error("the cookie cannot be opened");
  const line = await seal(
    { ...session.all, ...(await change(session)) },
    { url: new URL(BASE) },
    SETTINGS,
  );
  return /^wos-session=([^;]+)/.exec(line)?.[1] ?? "";
}
type Session = { readonly accessToken: string; readonly refreshToken: string };

const signed = (claims: Readonly<Record<string, unknown>>) => emulator.controls.sign({ claims });
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Its access token ran out a minute ago; its refresh token is as good as it was. */
const expired = (value: string) =>
  resealed(value, async ({ accessToken }) => ({
    accessToken: await signed({
      ...decodeJwt(accessToken),
      iat: nowSeconds() - 400,
      exp: nowSeconds() - 60,
    }),
  }));

async function ask(
  auth: Auth,
  cookie: string,
  { page = false, ...more }: { page?: boolean; method?: string; origin?: string } = {},
) {
  const request = new Request(`${BASE}/notes`, {
    method: more.method ?? "GET",
    headers: {
      cookie,
      ...(more.origin === undefined ? {} : { origin: more.origin }),
      ...(page ? { accept: "text/html", "sec-fetch-dest": "document" } : {}),
    },
  });
  return auth.authenticate(fromWebRequest(request));
}

describe("the cookie of WorkOS's own front-end SDKs", () => {
  test("is a session in the tenant of its token", async () => {
    const outcome = await ask(appWith(), `wos-session=${await signedIn("cleo@acme.example")}`);
    expect(outcome).toMatchObject({
      kind: "authenticated",
      context: {
        tenant: { id: "org_acme" },
        roles: ["editor"],
        credential: { accepted: "session" },
      },
    });
  });

  test("says nothing without its password in the options, or with another one", async () => {
    const value = await signedIn("cleo@acme.example");
    const { cookiePassword: _none, ...plain } = optionsFor(emulator, { cookiePassword: PASSWORD });
    const without = createAuth({
      baseUrl: BASE,
      providers: [workos(plain)],
      permissions,
      secrets: ["s".repeat(32)],
    });
    expect(await ask(without, `wos-session=${value}`)).toMatchObject({ kind: "anonymous" });
    const other = appWith({ cookiePassword: "another password of thirty-two characters" });
    expect(await ask(other, `wos-session=${value}`)).toMatchObject({
      kind: "refused",
      error: { details: { reason: "cookie_unsealable" } },
    });
  });

  test("counts for its token alone: the person and organization beside it are copies", async () => {
    const value = await signedIn("cleo@acme.example");
    const lying = await resealed(value, async () => ({
      organizationId: "org_birch",
      user: { id: "user_dan" },
    }));
    const outcome = await ask(appWith(), `wos-session=${lying}`);
    expect(outcome).toMatchObject({ context: { tenant: { id: "org_acme" } } });
  });

  test("is refused with a token that WorkOS has not signed, however well it is sealed", async () => {
    const value = await signedIn("cleo@acme.example");
    const forged = await resealed(value, async ({ accessToken }) => ({
      accessToken: `${accessToken.slice(0, -8)}AAAAAAAA`,
    }));
    expect(await ask(appWith(), `wos-session=${forged}`)).toMatchObject({ kind: "refused" });
  });

  test.each(["", "x", "Fe26.2**x*y*z**a*b~2", "~2", "x~1"])(
    "is refused as %j, and nothing throws",
    async (value) => {
      const outcome = await ask(appWith(), `wos-session=${value}`, { page: true });
      expect(outcome).toMatchObject({ kind: "refused", error: { code: "credential_invalid" } });
    },
  );

  test("is refused when it is there twice", async () => {
    const value = await signedIn("cleo@acme.example");
    const twice = await ask(appWith(), `wos-session=${value}; wos-session=${value}`);
    expect(twice).toMatchObject({ kind: "refused", error: { code: "credential_malformed" } });
  });

  test("does not write for another site", async () => {
    const cookie = `wos-session=${await signedIn("cleo@acme.example")}`;
    const write = (origin: string) => ask(appWith(), cookie, { method: "POST", origin });
    expect(await write(BASE)).toMatchObject({ kind: "authenticated" });
    expect(await write("https://evil.example")).toMatchObject({ error: { code: "csrf_refused" } });
  });
});

describe("an expired one", () => {
  test("is renewed for a page, and the vendor's SDK takes the new cookie", async () => {
    const value = await expired(await signedIn("cleo@acme.example"));
    const outcome = await ask(appWith(), `wos-session=${value}`, { page: true });
    expect(outcome).toMatchObject({ context: { tenant: { id: "org_acme" } } });
    const [line = ""] = outcome.setCookies;
    expect(line).toMatch(
      /^wos-session=Fe26\.2\*.*; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Lax$/,
    );
    const sessionData = /^wos-session=([^;]+)/.exec(line)?.[1] ?? "";
    const session = sdk.userManagement.loadSealedSession({ sessionData, cookiePassword: PASSWORD });
    expect(await session.authenticate()).toMatchObject({
      authenticated: true,
      organizationId: "org_acme",
      user: { email: "cleo@acme.example" },
    });
  });

  test("is not renewed for an API, nor for a write", async () => {
    const auth = appWith();
    const cookie = `wos-session=${await expired(await signedIn("cleo@acme.example"))}`;
    emulator.controls.resetRequests();
    for (const more of [{}, { page: true, method: "POST", origin: BASE }]) {
      const outcome = await ask(auth, cookie, more);
      expect(outcome).toMatchObject({ error: { code: "credential_expired" }, setCookies: [] });
    }
    expect(emulator.controls.requests("authenticate")).toBe(0);
  });

  test("is renewed once for several pages at a time", async () => {
    const auth = appWith();
    const cookie = `wos-session=${await expired(await signedIn("cleo@acme.example"))}`;
    emulator.controls.resetRequests();
    const pages = await Promise.all([1, 2, 3].map(() => ask(auth, cookie, { page: true })));
    const late = await ask(auth, cookie, { page: true });
    expect([...pages, late].map(({ kind }) => kind)).toEqual(Array(4).fill("authenticated"));
    expect(emulator.controls.requests("authenticate")).toBe(1);
  });

  test("stays in its organization, whatever was used last elsewhere", async () => {
    const birch = await signedIn("cleo@acme.example", "birch");
    const value = await resealed(await expired(birch), async (session) => {
      // Another tab of the same session switches to Acme.
      const { refreshToken } = await sdk.userManagement.authenticateWithRefreshToken({
        clientId: CLIENT_ID,
        refreshToken: session.refreshToken,
        organizationId: "org_acme",
      });
      return { refreshToken };
    });
    const outcome = await ask(appWith(), `wos-session=${value}`, { page: true });
    expect(outcome).toMatchObject({ context: { tenant: { id: "org_birch" } } });
  });

  test("is not renewed into another organization or person", async () => {
    for (const other of [{ organization: "birch" }, { person: "ada@acme.example" }]) {
      const value = await expired(await signedIn("cleo@acme.example"));
      emulator.controls.substitute(other);
      const outcome = await ask(appWith(), `wos-session=${value}`, { page: true });
      expect(outcome).toMatchObject({ kind: "refused", setCookies: [] });
      emulator.controls.substitute(null);
    }
  });

  test("is over when WorkOS has ended the session", async () => {
    const value = await expired(await signedIn("cleo@acme.example"));
    emulator.controls.endSessions("cleo@acme.example");
    const outcome = await ask(appWith(), `wos-session=${value}`, { page: true });
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "credential_expired" } });
  });

  test("is neither good nor over while WorkOS is out of reach", async () => {
    const auth = appWith();
    const fresh = await signedIn("cleo@acme.example");
    expect(await ask(auth, `wos-session=${fresh}`)).toMatchObject({ kind: "authenticated" });
    const cookie = `wos-session=${await expired(fresh)}`;
    emulator.controls.fail({ mode: "error" });
    const outcome = await ask(auth, cookie, { page: true });
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "provider_unavailable" } });
    await emulator.controls.recover();
    expect(await ask(auth, cookie, { page: true })).toMatchObject({ kind: "authenticated" });
  });
});
