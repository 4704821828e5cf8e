import { createClerkClient, verifyToken, type ClerkClient } from "@clerk/backend";
import { verifyWebhook } from "@clerk/backend/webhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorld, demoWorld, signInHeadless, type ClerkEmulator } from "../../src/index.ts";
import { DEFAULT_WEBHOOK_SECRET } from "../../src/clerk/options.ts";
import {
  APP,
  authorize,
  CALLBACK,
  claimsOf,
  sdkFor,
  signIn,
  start,
  requestTokens,
} from "./environment.ts";

let emulator: ClerkEmulator;
let clerk: ClerkClient;
beforeEach(async () => {
  emulator = await start();
  clerk = sdkFor(emulator);
});
afterEach(() => emulator.close());

const verifyOptions = () => ({
  apiUrl: emulator.addresses.address,
  secretKey: emulator.secretKey,
  skipJwksCache: true,
});

/** A request with the cookies of the application's domain, as a browser sends it. */
function pageOf(cookies: readonly string[], { path = "/notes", document = true } = {}): Request {
  const pairs = cookies.map((line) => line.slice(0, line.indexOf(";")));
  return new Request(`${APP}${path}`, {
    headers: {
      cookie: pairs.join("; "),
      ...(document ? { accept: "text/html", "sec-fetch-dest": "document" } : {}),
    },
  });
}

describe("session tokens", () => {
  test.each([1, 2] as const)("of version %i are understood by the SDK", async (version) => {
    const jwt = await emulator.controls.mintSessionToken({
      person: "cleo@acme.example",
      organization: "acme",
      version,
    });
    expect(await verifyToken(jwt, verifyOptions())).toMatchObject({ sub: "user_cleo" });
    const headers = { authorization: `Bearer ${jwt}` };
    const state = await clerk.authenticateRequest(new Request(APP, { headers }), {
      skipJwksCache: true,
    });
    expect(state.status).toBe("signed-in");
    expect(state.toAuth()).toMatchObject({
      userId: "user_cleo",
      orgId: "org_acme",
      orgSlug: "acme",
      orgRole: "org:editor",
      orgPermissions: ["org:notes:read", "org:notes:write"],
    });
  });

  test("hold masks of any width", async () => {
    const names = Array.from({ length: 70 }, (_, index) => `p${index}`);
    const permissions = names.flatMap((name) => [`wide:${name}`, `other:${name}`]);
    await emulator.close();
    const world = createWorld({
      ...demoWorld().snapshot(),
      roles: [
        ...demoWorld()
          .snapshot()
          .roles.filter(({ slug }) => slug !== "admin"),
        { slug: "admin", name: "Admin", permissions: permissions.filter((_, i) => i % 3 === 0) },
        { slug: "all", name: "All", permissions },
      ],
    });
    emulator = await start({ world });
    const jwt = await emulator.controls.mintSessionToken({
      person: "ada@acme.example",
      organization: "acme",
    });
    const state = await sdkFor(emulator).authenticateRequest(
      new Request(APP, { headers: { authorization: `Bearer ${jwt}` } }),
      { skipJwksCache: true },
    );
    const { orgPermissions = [] } = state.toAuth() as { orgPermissions?: readonly string[] };
    expect(orgPermissions.toSorted()).toEqual(
      permissions
        .filter((_, index) => index % 3 === 0)
        .map((key) => `org:${key}`)
        .toSorted(),
    );
  });

  test("of a pending session are nobody's", async () => {
    const jwt = await emulator.controls.mintSessionToken({
      person: "ada@acme.example",
      status: "pending",
    });
    const headers = { authorization: `Bearer ${jwt}` };
    const state = await clerk.authenticateRequest(new Request(APP, { headers }), {
      skipJwksCache: true,
    });
    expect((state.toAuth() as { userId: unknown }).userId).toBeNull();
  });

  test("name the supporter who impersonates", async () => {
    const jwt = await emulator.controls.mintSessionToken({
      person: "ada@acme.example",
      actor: "user_sam",
    });
    expect(await verifyToken(jwt, verifyOptions())).toMatchObject({ act: { sub: "user_sam" } });
  });

  test("are refused with an unknown key, and accepted with a new one at once", async () => {
    const forged = await emulator.controls.mintSessionToken({
      person: "ada@acme.example",
      key: "rogue",
    });
    await expect(verifyToken(forged, verifyOptions())).rejects.toThrow("signature");
    const before = emulator.controls.publishedKeyIds();
    await emulator.controls.rotateKeys({ keepOld: false });
    expect(emulator.controls.publishedKeyIds()).not.toEqual(before);
    const fresh = await emulator.controls.mintSessionToken({ person: "ada@acme.example" });
    expect(await verifyToken(fresh, verifyOptions())).toMatchObject({ sub: "user_ada" });
  });

  test("of a template are no session tokens for authenticateRequest", async () => {
    const jwt = await emulator.controls.mintTemplateToken({
      person: "ada@acme.example",
      claims: { aud: "hasura" },
    });
    expect(await verifyToken(jwt, verifyOptions())).toMatchObject({ aud: "hasura" });
    const headers = { authorization: `Bearer ${jwt}` };
    const state = await clerk.authenticateRequest(new Request(APP, { headers }), {
      skipJwksCache: true,
    });
    expect(state.status).toBe("signed-out");
  });
});

describe("the front end's session", () => {
  test("is read from the cookies by the SDK", async () => {
    const { cookies } = await emulator.controls.signInFrontEnd({
      person: "ada@acme.example",
      organization: "acme",
    });
    const state = await clerk.authenticateRequest(pageOf(cookies), {
      skipJwksCache: true,
    });
    expect(state.reason).toBeNull();
    expect(state.toAuth()).toMatchObject({ userId: "user_ada", orgId: "org_acme" });
  });

  test("is renewed by a handshake that the SDK begins and ends", async () => {
    const { cookies } = await emulator.controls.signInFrontEnd({
      person: "ada@acme.example",
      organization: "acme",
    });
    const withoutToken = cookies.filter((line) => !line.startsWith("__session"));
    const begun = await clerk.authenticateRequest(pageOf(withoutToken), {
      skipJwksCache: true,
    });
    expect(begun.status).toBe("handshake");
    const location = new URL(begun.headers.get("location") ?? "");
    // The SDK knows no plain http; the emulator knows nothing else.
    location.protocol = "http:";
    const answer = await fetch(location, { redirect: "manual" });
    expect(answer.status).toBe(307);
    const back = new URL(answer.headers.get("location") ?? "");
    expect(back.origin + back.pathname).toBe(`${APP}/notes`);
    const ended = await clerk.authenticateRequest(
      pageOf(withoutToken, { path: back.pathname + back.search }),
      { skipJwksCache: true },
    );
    // A development instance is redirected once more, without the nonce and with the cookies.
    expect(ended.headers.get("location")).toBe(`${APP}/notes`);
    expect(ended.headers.getSetCookie().some((line) => line.startsWith("__session=ey"))).toBe(true);
  });

  test("is renewed by its refresh token, by the SDK alone and once", async () => {
    const { cookies } = await emulator.controls.signInFrontEnd({
      person: "ada@acme.example",
      organization: "acme",
      isRefreshable: true,
    });
    const minutesAgo = (at: unknown) => Number(at) - 600;
    const aged = await Promise.all(
      cookies.map(async (line) => {
        const [pair = "", ...rest] = line.split(";");
        const [name = "", value = ""] = pair.split("=");
        if (name.startsWith("__client_uat")) {
          return [`${name}=${minutesAgo(value) - 60}`, ...rest].join(";");
        }
        if (!name.startsWith("__session")) return line;
        const { iat, nbf, exp, ...claims } = claimsOf(value);
        const times = { iat: minutesAgo(iat), nbf: minutesAgo(nbf), exp: minutesAgo(exp) };
        const header = { typ: "JWT", cat: "cl_B7d4PD111AAA" };
        const token = await emulator.controls.sign({ header, claims: { ...claims, ...times } });
        return [`${name}=${token}`, ...rest].join(";");
      }),
    );
    const renewed = await clerk.authenticateRequest(pageOf(aged), { skipJwksCache: true });
    expect([renewed.status, renewed.reason]).toEqual(["signed-in", null]);
    expect(renewed.toAuth()).toMatchObject({ userId: "user_ada", orgId: "org_acme" });
    expect(renewed.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^__refresh/));
    const again = await clerk.authenticateRequest(pageOf(aged), { skipJwksCache: true });
    expect(again.status).toBe("handshake");
  });

  test("goes back to the application's pages only, and each nonce works once", async () => {
    const { clientToken } = await emulator.controls.signInFrontEnd({ person: "ada@acme.example" });
    const shake = async (target: string) =>
      fetch(
        `${emulator.addresses.issuer}/v1/client/handshake?redirect_url=${encodeURIComponent(target)}`,
        { redirect: "manual", headers: { cookie: `__client=${clientToken}` } },
      );
    expect((await shake("https://evil.example/")).status).toBe(400);
    const back = new URL((await shake(`${APP}/`)).headers.get("location") ?? "");
    const nonce = back.searchParams.get("__clerk_handshake_nonce") ?? "";
    expect(await clerk.clients.getHandshakePayload({ nonce })).toMatchObject({
      directives: expect.arrayContaining([expect.stringMatching(/^__session=ey/)]) as unknown,
    });
    await expect(clerk.clients.getHandshakePayload({ nonce })).rejects.toMatchObject({
      status: 404,
    });
  });

  test("moves to another organization of the person by a handshake, and to no foreign one", async () => {
    const { clientToken } = await emulator.controls.signInFrontEnd({
      person: "cleo@acme.example",
      organization: "acme",
    });
    const organizationAfter = async (organization: string) => {
      const query = new URLSearchParams({ redirect_url: `${APP}/`, organization_id: organization });
      const answer = await fetch(`${emulator.addresses.issuer}/v1/client/handshake?${query}`, {
        redirect: "manual",
        headers: { cookie: `__client=${clientToken}` },
      });
      const back = new URL(answer.headers.get("location") ?? "");
      const nonce = back.searchParams.get("__clerk_handshake_nonce") ?? "";
      const { directives } = await clerk.clients.getHandshakePayload({ nonce });
      const line = directives.find((one) => one.startsWith("__session=")) ?? "";
      return (claimsOf(line.slice(10).split(";")[0] ?? "")["o"] as { id: string }).id;
    };
    expect(await organizationAfter("birch")).toBe("org_birch");
    expect(await organizationAfter("lighthouse")).toBe("org_birch");
  });

  test("begins in the Account Portal, which sends back nowhere else", async () => {
    const portal = (target: string) =>
      `${emulator.addresses.issuer}/portal/sign-in?redirect_url=${encodeURIComponent(target)}`;
    const back = await signInHeadless({
      authorizationUrl: portal(`${APP}/notes`),
      person: "ada@acme.example",
    });
    expect(back.searchParams.get("__clerk_db_jwt")).not.toBeNull();
    expect((await fetch(portal("https://evil.example/"))).status).toBe(400);
  });
});

describe("an OAuth application", () => {
  test("signs a person in and names the organization that they chose", async () => {
    const tokens = await signIn(emulator, { person: "cleo@acme.example", organization: "birch" });
    const claims = claimsOf(tokens.id_token);
    expect(claims).toMatchObject({
      iss: emulator.addresses.issuer,
      aud: "app_client",
      sub: "user_cleo",
      nonce: "nonce-1",
      org_id: "org_birch",
      email: "cleo@acme.example",
      email_verified: true,
    });
    // The vendor documents neither; who needs them must not find them here.
    expect(claims).not.toHaveProperty("auth_time");
    expect(claims).not.toHaveProperty("sid");
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const state = await clerk.authenticateRequest(new Request(APP, { headers }), {
      acceptsToken: "oauth_token",
      skipJwksCache: true,
    });
    expect(state.toAuth()).toMatchObject({ userId: "user_cleo", clientId: "app_client" });
    const userinfo = await fetch(`${emulator.addresses.issuer}/oauth/userinfo`, { headers });
    expect(await userinfo.json()).toMatchObject({ sub: "user_cleo", org_slug: "birch" });
  });

  test("is told no organization without the scope for it, and asks for none", async () => {
    const tokens = await signIn(emulator, { person: "cleo@acme.example", scope: "openid email" });
    expect(claimsOf(tokens.id_token)).not.toHaveProperty("org_id");
    expect(claimsOf(tokens.access_token)).not.toHaveProperty("org_id");
    expect(tokens.refresh_token).toBeUndefined();
  });

  test("is told when the person cancels, and cannot invent scopes or addresses", async () => {
    const cancelled = await authorize(emulator, { person: "ada@acme.example", cancel: true });
    expect(cancelled.callback.searchParams.get("error")).toBe("access_denied");
    expect(cancelled.callback.searchParams.get("state")).toBe("state-1");
    const invented = await authorize(emulator, { person: "ada@acme.example", scope: "nope" });
    expect(invented.callback.searchParams.get("error")).toBe("invalid_scope");
    const elsewhere = new URL(cancelled.url);
    elsewhere.searchParams.set("redirect_uri", "https://evil.example/");
    expect((await fetch(elsewhere, { redirect: "manual" })).status).toBe(400);
    const unproven = new URL(cancelled.url);
    unproven.searchParams.delete("code_challenge");
    const refused = await fetch(unproven, { redirect: "manual" });
    expect(refused.headers.get("location")).toContain("error=invalid_request");
  });

  test("gets tokens for a code once, with its verifier and its own secret only", async () => {
    const { callback, verifier } = await authorize(emulator, { person: "ada@acme.example" });
    const code = callback.searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
    expect((await requestTokens(emulator, { ...form, code_verifier: "wrong" })).error).toBe(
      "invalid_grant",
    );
    expect((await requestTokens(emulator, { ...form, code_verifier: verifier })).error).toBe(
      "invalid_grant",
    );
    const again = await authorize(emulator, { person: "ada@acme.example" });
    const fresh = { ...form, code: again.callback.searchParams.get("code") ?? "" };
    const other = await requestTokens(
      emulator,
      { ...fresh, code_verifier: again.verifier },
      "opaque_client",
    );
    expect(other.error).toBe("invalid_grant");
  });

  test("rotates refresh tokens, and a copy ends the whole family", async () => {
    const first = await signIn(emulator, { person: "ada@acme.example" });
    const renew = async (refreshToken = "") =>
      requestTokens(emulator, { grant_type: "refresh_token", refresh_token: refreshToken });
    const second = await renew(first.refresh_token);
    expect(claimsOf(second.id_token)).toMatchObject({ sub: "user_ada", org_id: "org_acme" });
    expect((await renew(first.refresh_token)).error).toBe("invalid_grant");
    expect((await renew(second.refresh_token)).error).toBe("invalid_grant");
  });

  test("gets no new tokens for somebody who left the organization", async () => {
    const tokens = await signIn(emulator, { person: "ada@acme.example" });
    emulator.controls.world.memberships.remove("user_ada", "org_acme");
    const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" };
    expect((await requestTokens(emulator, form)).error).toBe("invalid_grant");
  });

  test("may ask about its own opaque tokens, and about no other's", async () => {
    const mine = await signIn(emulator, { person: "ada@acme.example", clientId: "opaque_client" });
    expect(mine.access_token).toMatch(/^oat_/);
    const ask = async (clientId: string) => {
      const response = await fetch(`${emulator.addresses.issuer}/oauth/token_info`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:app_secret`).toString("base64")}`,
        },
        body: new URLSearchParams({ token: mine.access_token }),
      });
      return response.json();
    };
    expect(await ask("opaque_client")).toMatchObject({ active: true, org_id: "org_acme" });
    expect(await ask("app_client")).toEqual({ active: false });
  });

  test("registers itself only where that is on", async () => {
    const register = async (one: ClerkEmulator) =>
      fetch(`${one.addresses.issuer}/oauth/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: "Agent" }),
      });
    expect((await register(emulator)).status).toBe(404);
    const open = await start({ dynamicClientRegistration: true });
    const answer = await register(open);
    expect(answer.status).toBe(201);
    const { client_id: clientId } = (await answer.json()) as { client_id: string };
    const { callback } = await authorize(open, { person: "ada@acme.example", clientId });
    expect(callback.searchParams.get("code")).not.toBeNull();
    await open.close();
  });
});

describe("machines", () => {
  test("have signed tokens that the SDK verifies by itself", async () => {
    const jwt = await emulator.controls.mintMachineToken({
      machine: "acme-robot",
      custom: { org_id: "org_acme" },
    });
    expect(await clerk.m2m.verify({ token: jwt })).toMatchObject({
      subject: "mch_acme-robot",
      claims: { org_id: "org_acme" },
    });
    await expect(verifyToken(jwt, verifyOptions())).rejects.toThrow("category");
  });

  test("make tokens with their own secret only", async () => {
    const sdk = createClerkClient({
      apiUrl: emulator.addresses.address,
      secretKey: emulator.secretKey,
      machineSecretKey: "ak_wrong",
    });
    await expect(sdk.m2m.createToken({})).rejects.toMatchObject({ status: 401 });
  });

  test("and people: revoked and expired keys are told in the body, which the SDK takes for good", async () => {
    const { id, secret } = emulator.controls.issueApiKey({ subject: "org_acme" });
    emulator.controls.revokeApiKey(id);
    expect(await clerk.apiKeys.verify(secret)).toMatchObject({ revoked: true });
    const old = emulator.controls.issueApiKey({ subject: "org_acme", expiresAtMs: 1 });
    expect(await clerk.apiKeys.verify(old.secret)).toMatchObject({ expired: true });
    await expect(clerk.apiKeys.verify("ak_unknown")).rejects.toMatchObject({ status: 404 });
  });
});

describe("webhooks", () => {
  const requestOf = (signed: { headers: Readonly<Record<string, string>>; body: string }) =>
    new Request("https://app.example/", { method: "POST", ...signed });
  const verify = async (request: Request) =>
    verifyWebhook(request, { signingSecret: DEFAULT_WEBHOOK_SECRET });

  test("are signed as the SDK wants them", async () => {
    const { world, webhooks } = emulator.controls;
    world.memberships.update("user_ada", "org_acme", { roles: ["viewer"] });
    const [event] = webhooks.pending();
    if (event === undefined) throw new Error("no event");
    expect(await verify(requestOf(webhooks.sign(event)))).toMatchObject({
      type: "organizationMembership.updated",
      data: { role: "org:viewer", public_user_data: { user_id: "user_ada" } },
    });
    const old = webhooks.sign(event, { signedAtMs: Date.now() - 400_000 });
    await expect(verify(requestOf(old))).rejects.toThrow("timestamp");
    const rogue = webhooks.sign(event, { secret: `whsec_${btoa("rogue")}` });
    await expect(verify(requestOf(rogue))).rejects.toThrow("signature");
  });

  test("announce people, organizations and memberships by the vendor's names", () => {
    const { world, webhooks } = emulator.controls;
    world.tenants.add({ id: "org_new", slug: "new", name: "New", domains: [] });
    world.tenants.update("org_new", { name: "Newer" });
    world.users.add({ id: "user_new", email: "n@x.example", emailVerified: true, name: "N" });
    const row = { userId: "user_new", tenantId: "org_new", roles: ["viewer"] };
    world.memberships.add({ ...row, status: "active" });
    world.memberships.update("user_new", "org_new", { status: "inactive" });
    world.memberships.update("user_new", "org_new", { status: "active" });
    emulator.controls.deprovision("n@x.example");
    world.users.remove("user_new");
    world.tenants.remove("org_new");
    expect(webhooks.pending().map(({ type }) => type)).toEqual([
      "organization.created",
      "organization.updated",
      "user.created",
      "organizationMembership.created",
      "organizationMembership.deleted",
      "organizationMembership.created",
      "user.updated",
      "organizationMembership.deleted",
      "user.deleted",
      "organization.deleted",
    ]);
  });
});

describe("limits and outages", () => {
  test("answer as the SDK understands them", async () => {
    emulator.controls.limitRate({ retryAfterSeconds: 7 });
    await expect(clerk.users.getUser("user_ada")).rejects.toMatchObject({
      status: 429,
      retryAfter: 7,
    });
    await emulator.controls.recover();
    emulator.controls.fail({ mode: "error", endpoints: ["users"] });
    await expect(clerk.users.getUser("user_ada")).rejects.toMatchObject({ status: 500 });
    await emulator.controls.recover();
    await expect(clerk.users.getUser("user_nobody")).rejects.toMatchObject({
      status: 404,
      errors: [{ code: "resource_not_found" }],
    });
    const stranger = createClerkClient({
      apiUrl: emulator.addresses.address,
      secretKey: "sk_test_wrong",
    });
    await expect(stranger.users.getUser("user_ada")).rejects.toMatchObject({ status: 401 });
  });

  test("lists come in pages of the size that was asked for", async () => {
    const page = async (limit: number, offset: number) =>
      (await clerk.users.getUserList({ limit, offset, orderBy: "+created_at" })).data.map(
        ({ id }) => id,
      );
    expect(await page(4, 0)).toEqual(["user_ada", "user_ben", "user_cleo", "user_dan"]);
    expect(await page(4, 4)).toEqual(["user_eve", "user_sam"]);
    await expect(page(501, 0)).rejects.toMatchObject({ status: 422 });
  });

  test("refuses to start in production", async () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      await expect(start()).rejects.toThrow("NODE_ENV=production");
    } finally {
      process.env["NODE_ENV"] = before;
    }
  });
});
