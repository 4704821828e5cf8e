import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHeadlessBrowser, signInHeadless } from "../src/index.ts";
import { AFTER_LOGOUT, errorOf, refreshTokenOf, startApp, type App } from "./app.ts";

let app: App;
let receiver: Server;
let logoutTokens: string[];
let answerStatus: number;

beforeEach(async () => {
  logoutTokens = [];
  answerStatus = 200;
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      logoutTokens.push(form.get("logout_token") ?? "");
      response.writeHead(answerStatus).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  const port = typeof address === "object" ? address?.port : undefined;
  app = await startApp({ client: { backchannelLogoutUri: `http://127.0.0.1:${port}/logout` } });
});
afterEach(async () => {
  await app.emulator.close();
  receiver.close();
});

const ADA = { person: "ada@acme.example" };

async function verified(token: string | undefined) {
  const keys = createRemoteJWKSet(new URL(app.config.serverMetadata().jwks_uri ?? ""));
  const options = { issuer: app.emulator.issuer, audience: "app", typ: "logout+jwt" };
  return (await jwtVerify(token ?? "", keys, options)).payload;
}

function endSession(idToken: string | undefined, extra: Record<string, string> = {}): URL {
  return oidc.buildEndSessionUrl(app.config, {
    ...(idToken === undefined ? {} : { id_token_hint: idToken }),
    post_logout_redirect_uri: AFTER_LOGOUT,
    ...extra,
  });
}

describe("signing out from an application", () => {
  test("ends the emulator's session and comes back to the registered address", async () => {
    const browser = createHeadlessBrowser();
    const tokens = await app.signIn({ ...ADA, browser });
    const authorizationUrl = endSession(tokens.id_token, { state: "s1" });
    const back = await signInHeadless({ authorizationUrl, browser });
    expect(back.href).toBe(`${AFTER_LOGOUT}?state=s1`);
    const stop = await browser.open((await app.begin()).url);
    expect(stop.kind === "page" && stop.body).toContain("Who is signing in?");
  });

  test("delivers a logout token with the person and the session to a loopback address", async () => {
    const browser = createHeadlessBrowser();
    const tokens = await app.signIn({ ...ADA, browser });
    await signInHeadless({ authorizationUrl: endSession(tokens.id_token), browser });
    expect(logoutTokens).toHaveLength(1);
    const claims = await verified(logoutTokens[0]);
    expect(claims).toMatchObject({
      sub: "user_ada",
      sid: tokens.claims()?.["sid"],
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      jti: expect.any(String),
    });
    expect(claims).not.toHaveProperty("nonce");
  });

  test("asks first when the hint is missing, and submits itself when it is genuine", async () => {
    const browser = createHeadlessBrowser();
    const tokens = await app.signIn({ ...ADA, browser });
    const asking = await browser.open(endSession(undefined));
    expect(asking.kind === "page" && asking.body).toContain("Sign out of the emulator?");
    expect(asking.kind === "page" && asking.body).not.toContain("<script>");
    const automatic = await browser.open(endSession(tokens.id_token));
    expect(automatic.kind === "page" && automatic.body).toContain("<script>");
  });

  test("lets exactly the script of its own page run", async () => {
    const browser = createHeadlessBrowser();
    const tokens = await app.signIn({ ...ADA, browser });
    const stop = await browser.open(endSession(tokens.id_token));
    if (stop.kind !== "page") throw new Error("no page");
    const script = /<script>(.*)<\/script>/.exec(stop.body)?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    expect(stop.headers.get("content-security-policy")).toContain(`script-src 'sha256-${hash}'`);
  });

  test("asks first when the hint is about somebody else", async () => {
    const browser = createHeadlessBrowser();
    await app.signIn({ ...ADA, browser });
    const ben = await app.signIn({ person: "ben@acme.example" });
    const stop = await browser.open(endSession(ben.id_token));
    expect(stop.kind === "page" && stop.body).not.toContain("<script>");
  });

  test("returns to no address that the client did not register", async () => {
    const browser = createHeadlessBrowser();
    const tokens = await app.signIn({ ...ADA, browser });
    const url = endSession(tokens.id_token, {
      post_logout_redirect_uri: "http://localhost:9/evil",
    });
    expect(await browser.open(url)).toMatchObject({ kind: "page", status: 400 });
  });

  test("ends tokens of the session, except those for offline access", async () => {
    const browser = createHeadlessBrowser();
    const elsewhere = await app.signIn(ADA, { scope: "openid" });
    const online = await app.signIn({ ...ADA, browser }, { scope: "openid" });
    const offline = await app.signIn({ browser });
    await signInHeadless({ authorizationUrl: endSession(offline.id_token), browser });
    const told = await oidc.tokenIntrospection(app.config, online.access_token);
    expect(told).toEqual({ active: false });
    const untouched = await oidc.tokenIntrospection(app.config, elsewhere.access_token);
    expect(untouched).toMatchObject({ active: true });
    const renewed = await oidc.refreshTokenGrant(app.config, refreshTokenOf(offline));
    expect(renewed.claims()?.sub).toBe("user_ada");
  });
});

describe("signing a person out at the provider", () => {
  test("ends all their sessions and grants, and tells the applications", async () => {
    const browser = createHeadlessBrowser();
    const first = await app.signIn({ ...ADA, browser });
    const second = await app.signIn(ADA);
    const deliveries = await app.emulator.controls.signOut("ada@acme.example");
    expect(deliveries).toEqual([
      { clientId: "app", status: 200 },
      { clientId: "app", status: 200 },
    ]);
    const told = await Promise.all(logoutTokens.map(verified));
    const ended = [first, second].map((tokens) => tokens.claims()?.["sid"]);
    expect(new Set(told.map((claims) => claims["sid"]))).toEqual(new Set(ended));
    const refused = oidc.refreshTokenGrant(app.config, refreshTokenOf(first));
    expect(await errorOf(refused)).toBe("invalid_grant");
    const stop = await browser.open((await app.begin()).url);
    expect(stop.kind).toBe("page");
  });

  test("leaves other people alone", async () => {
    const ben = await app.signIn({ person: "ben@acme.example" });
    await app.signIn(ADA);
    await app.emulator.controls.signOut("user_ada");
    expect(logoutTokens).toHaveLength(1);
    const renewed = await oidc.refreshTokenGrant(app.config, refreshTokenOf(ben));
    expect(renewed.claims()?.sub).toBe("user_ben");
  });

  test("reports what an application answered", async () => {
    await app.signIn(ADA);
    answerStatus = 503;
    expect(await app.emulator.controls.signOut("user_ada")).toEqual([
      { clientId: "app", status: 503 },
    ]);
    await app.signIn(ADA);
    receiver.close();
    receiver.closeAllConnections();
    expect(await app.emulator.controls.signOut("user_ada")).toEqual([
      { clientId: "app", status: null },
    ]);
  });
});
