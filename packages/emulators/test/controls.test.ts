import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  jwtVerify,
} from "jose";
import * as oidc from "openid-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OidcControls } from "../src/index.ts";
import { API, errorOf, refreshTokenOf, startApp, type App } from "./app.ts";

let app: App;
let controls: OidcControls;
beforeEach(async () => {
  app = await startApp();
  controls = app.emulator.controls;
});
afterEach(() => app.emulator.close());

const ADA = { person: "ada@acme.example" };

/** Verifies with the keys published at this moment. */
async function verify(token: string) {
  const keys = createRemoteJWKSet(new URL(`${app.emulator.issuer}/jwks`));
  const options = { issuer: app.emulator.issuer, audience: API, algorithms: ["RS256", "ES256"] };
  return (await jwtVerify(token, keys, options)).payload;
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "no error",
    (error: { code?: string }) => error.code,
  );

describe("a minted token", () => {
  test("verifies like an issued one and says the same", async () => {
    const issued = decodeJwt((await app.signIn(ADA, { resource: API })).access_token);
    const minted = await verify(
      await controls.mintAccessToken({ subject: ADA.person, scopes: ["notes:read"] }),
    );
    const shape = ({ iat: _iat, exp: _exp, jti: _jti, ...rest }: typeof issued) => rest;
    expect(shape(minted)).toEqual(shape(issued));
  });

  test("of a machine says what the token endpoint would say", async () => {
    const robot = await app.configFor("acme-robot", "acme-robot-secret");
    const wish = { scope: "notes:read", resource: API };
    const issued = decodeJwt((await oidc.clientCredentialsGrant(robot, wish)).access_token);
    const minted = await verify(
      await controls.mintAccessToken({ subject: "acme-robot", scopes: ["notes:read"] }),
    );
    const shape = ({ iat: _iat, exp: _exp, jti: _jti, ...rest }: typeof issued) => rest;
    expect(shape(minted)).toEqual(shape(issued));
  });

  test("can be signed with ES256", async () => {
    const token = await controls.mintAccessToken({ subject: ADA.person, algorithm: "ES256" });
    expect(decodeProtectedHeader(token).alg).toBe("ES256");
    expect((await verify(token)).sub).toBe("user_ada");
  });

  test("can be expired, for another audience, or lack a claim", async () => {
    const subject = ADA.person;
    const expired = await controls.mintAccessToken({ subject, expiresInSeconds: -60 });
    const misdirected = await controls.mintAccessToken({ subject, audience: "https://x.example" });
    const bare = await controls.mintAccessToken({ subject, claims: { exp: undefined } });
    expect(await codeOf(verify(expired))).toBe("ERR_JWT_EXPIRED");
    expect(await codeOf(verify(misdirected))).toBe("ERR_JWT_CLAIM_VALIDATION_FAILED");
    expect(decodeJwt(bare)).not.toHaveProperty("exp");
  });

  test("of the rogue key names a known key and does not verify", async () => {
    const token = await controls.mintAccessToken({ subject: ADA.person, key: "rogue" });
    expect(controls.publishedKeyIds()).toContain(decodeProtectedHeader(token).kid);
    expect(await codeOf(verify(token))).toBe("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
  });

  test("can be unsigned, or signed with the public key as a secret", async () => {
    const none = await controls.mintAccessToken({ subject: ADA.person, key: "none" });
    expect(decodeProtectedHeader(none).alg).toBe("none");
    expect(none.endsWith(".")).toBe(true);
    const hmac = await controls.mintAccessToken({ subject: ADA.person, key: "hmac-public" });
    expect(decodeProtectedHeader(hmac).alg).toBe("HS256");
    const jwks = await (await fetch(`${app.emulator.issuer}/jwks`)).json();
    const key = await importJWK({ ...jwks.keys[0], ext: true }, "RS256");
    const secret = new TextEncoder().encode((await exportSPKI(key as CryptoKey)) + "\n");
    expect((await jwtVerify(hmac, secret)).payload.sub).toBe("user_ada");
  });

  test("may place a person where they do not belong", async () => {
    const wish = { subject: ADA.person, organization: "birch" };
    const claims = await verify(await controls.mintAccessToken(wish));
    expect(claims).toMatchObject({ org_id: "org_birch", roles: [] });
  });

  test("can be an ID token or a logout token", async () => {
    const idToken = await controls.mintIdToken({ ...ADA, nonce: "n", sessionId: "s" });
    expect(decodeJwt(idToken)).toMatchObject({
      aud: "app",
      nonce: "n",
      sid: "s",
      org_slug: "acme",
    });
    const logout = await controls.mintLogoutToken({ ...ADA, sessionId: "s" });
    expect(decodeProtectedHeader(logout).typ).toBe("logout+jwt");
    expect(decodeJwt(logout)).toMatchObject({ sub: "user_ada", sid: "s" });
  });

  test("has exactly the given claims when signed by hand", async () => {
    const claims = { iss: "https://elsewhere.example", anything: [1] };
    const token = await controls.sign({ claims, header: { typ: "odd", kid: undefined } });
    expect(decodeJwt(token)).toEqual(claims);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "RS256", typ: "odd" });
  });

  test("needs a subject that exists", async () => {
    const nobody = controls.mintAccessToken({ subject: "nobody@acme.example" });
    await expect(nobody).rejects.toThrow(TypeError);
  });
});

describe("a rotation of keys", () => {
  test("signs with new keys and keeps the old ones published", async () => {
    const before = await controls.mintAccessToken({ subject: ADA.person });
    await controls.rotateKeys();
    const after = (await app.signIn(ADA, { resource: API })).access_token;
    const kids = [before, after].map((token) => decodeProtectedHeader(token).kid);
    expect(new Set(kids).size).toBe(2);
    expect((await verify(before)).sub).toBe("user_ada");
    expect((await verify(after)).sub).toBe("user_ada");
    expect(controls.publishedKeyIds()).toHaveLength(4);
  });

  test("withdraws the old keys when told to", async () => {
    const before = await controls.mintAccessToken({ subject: ADA.person });
    await controls.rotateKeys({ keepOld: false });
    expect(await codeOf(verify(before))).toBe("ERR_JWKS_NO_MATCHING_KEY");
    const stale = await controls.mintAccessToken({ subject: ADA.person, key: "previous" });
    expect(await codeOf(verify(stale))).toBe("ERR_JWKS_NO_MATCHING_KEY");
  });

  test("keeps sessions and refresh tokens", async () => {
    const tokens = await app.signIn({ person: "cleo@acme.example", organization: "birch" });
    await controls.rotateKeys();
    const fresh = await app.configFor("app", "app-secret");
    const renewed = await oidc.refreshTokenGrant(fresh, refreshTokenOf(tokens));
    expect(renewed.claims()).toMatchObject({ sub: "user_cleo", org_slug: "birch" });
  });

  test("has no previous key before it happened", async () => {
    const early = controls.mintAccessToken({ subject: ADA.person, key: "previous" });
    await expect(early).rejects.toThrow(TypeError);
  });
});

describe("a tampered ID token", () => {
  test.each<readonly [string, string, Parameters<OidcControls["setHooks"]>[0]]>([
    [
      "without a signature",
      "OAUTH_INVALID_RESPONSE",
      { tamperIdToken: ({ claims }, sign) => sign({ claims, key: "none" }) },
    ],
    [
      "of the wrong key",
      "OAUTH_INVALID_RESPONSE",
      { tamperIdToken: ({ claims }, sign) => sign({ claims, key: "rogue" }) },
    ],
    [
      "with another nonce",
      "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      { tamperIdToken: ({ claims }, sign) => sign({ claims: { ...claims, nonce: "other" } }) },
    ],
    [
      "for another client",
      "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      { tamperIdToken: ({ claims }, sign) => sign({ claims: { ...claims, aud: "other" } }) },
    ],
  ])("%s reaches the application and is refused there", async (_how, code, hooks) => {
    controls.setHooks(hooks);
    expect(await codeOf(app.signIn(ADA))).toBe(code);
    controls.setHooks({});
    expect((await app.signIn(ADA)).claims()?.sub).toBe("user_ada");
  });

  test("is one example of any JSON answer that a hook can replace", async () => {
    controls.setHooks({
      tamperResponse: (endpoint, body) =>
        endpoint === "discovery" ? { ...body, issuer: "https://mixed-up.example" } : body,
    });
    expect(await errorOf(app.configFor("app", "app-secret"))).toBe("ClientError");
    expect((await app.signIn(ADA)).claims()?.sub).toBe("user_ada");
  });
});

describe("an outage", () => {
  const statusOf = (path: string) =>
    fetch(`${app.emulator.issuer}${path}`, { signal: AbortSignal.timeout(300) }).then(
      ({ status }) => String(status),
      (error: Error) => (error.cause as { code?: string } | undefined)?.code ?? error.name,
    );

  test("answers 500 at the named endpoints only", async () => {
    controls.fail({ mode: "error", endpoints: ["jwks"] });
    expect(await statusOf("/jwks")).toBe("500");
    expect(await statusOf("/.well-known/openid-configuration")).toBe("200");
    await controls.recover();
    expect(await statusOf("/jwks")).toBe("200");
  });

  test("never answers, or cuts the connection", async () => {
    controls.fail({ mode: "hang" });
    expect(await statusOf("/jwks")).toBe("TimeoutError");
    controls.fail({ mode: "reset" });
    expect(["UND_ERR_SOCKET", "ECONNRESET"]).toContain(await statusOf("/jwks"));
  });

  test("refuses connections until it recovers at the same port", async () => {
    const tokens = await app.signIn(ADA);
    await controls.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 20)); // our own pool hears that it was cut
    expect(await statusOf("/jwks")).toBe("ECONNREFUSED");
    await controls.recover();
    expect(await statusOf("/jwks")).toBe("200");
    const renewed = await oidc.refreshTokenGrant(app.config, refreshTokenOf(tokens));
    expect(renewed.claims()?.sub).toBe("user_ada");
  });
});

describe("the counter of requests", () => {
  test("counts each endpoint by itself, spoiled requests included", async () => {
    controls.resetRequests();
    await fetch(`${app.emulator.issuer}/jwks`);
    controls.fail({ mode: "error", endpoints: ["jwks"] });
    await fetch(`${app.emulator.issuer}/jwks`);
    expect(controls.requests("jwks")).toBe(2);
    expect(controls.requests("token")).toBe(0);
    controls.resetRequests();
    expect(controls.requests("jwks")).toBe(0);
  });

  test("knows every endpoint by name", async () => {
    controls.resetRequests();
    const tokens = await app.signIn(ADA);
    await oidc.fetchUserInfo(app.config, tokens.access_token, "user_ada");
    await oidc.tokenIntrospection(app.config, tokens.access_token);
    await oidc.tokenRevocation(app.config, tokens.access_token);
    await fetch(oidc.buildEndSessionUrl(app.config, {}));
    await app.configFor("app", "app-secret");
    const names = [
      "token",
      "userinfo",
      "introspection",
      "revocation",
      "logout",
      "discovery",
    ] as const;
    expect(names.map((name) => controls.requests(name))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(controls.requests("authorization")).toBe(2); // the request, and its resumption
    expect(controls.requests("sign-in")).toBe(2); // the page, and the choice
  });
});
