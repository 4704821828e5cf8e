import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoWorld, signInHeadless } from "../src/index.ts";
import { API, CALLBACK, errorOf, startApp, type App } from "./app.ts";

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.emulator.close());

const ADA = { person: "ada@acme.example" };

async function verify(token: string, alg = "RS256") {
  const keys = createRemoteJWKSet(new URL(app.config.serverMetadata().jwks_uri ?? ""));
  return jwtVerify(token, keys, { issuer: app.emulator.issuer, algorithms: [alg] });
}

describe("the provider", () => {
  test("has exactly http://localhost:<port> as its issuer", () => {
    expect(app.emulator.issuer).toBe(`http://localhost:${app.emulator.port}`);
    expect(app.config.serverMetadata().issuer).toBe(app.emulator.issuer);
  });

  test("offers what it promises in its discovery document", () => {
    expect(app.config.serverMetadata()).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ["S256"],
      response_types_supported: ["code"],
      id_token_signing_alg_values_supported: expect.arrayContaining(["RS256", "ES256"]),
      grant_types_supported: expect.arrayContaining([
        "authorization_code",
        "refresh_token",
        "client_credentials",
      ]),
      pushed_authorization_request_endpoint: expect.any(String),
      introspection_endpoint: expect.any(String),
      revocation_endpoint: expect.any(String),
      end_session_endpoint: expect.any(String),
      backchannel_logout_supported: true,
    });
  });

  test("names itself in the authorization response", async () => {
    const callback = await app.callback(ADA);
    expect(callback.searchParams.get("iss")).toBe(app.emulator.issuer);
  });

  test("refuses a request without PKCE, also from a client with a secret", async () => {
    const { url } = await app.begin();
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const callback = await signInHeadless({ authorizationUrl: url, ...ADA });
    expect(callback.searchParams.get("error")).toBe("invalid_request");
  });

  test("refuses a code with the wrong verifier, and a code that was used", async () => {
    const attempt = await app.begin();
    const callback = await signInHeadless({ authorizationUrl: attempt.url, ...ADA });
    const wrong = oidc.authorizationCodeGrant(app.config, callback, {
      pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
      expectedState: attempt.url.searchParams.get("state") ?? "",
      expectedNonce: attempt.url.searchParams.get("nonce") ?? "",
    });
    expect(await errorOf(wrong)).toBe("invalid_grant");
    const second = await app.begin();
    const used = await signInHeadless({ authorizationUrl: second.url, ...ADA });
    await second.finish(used);
    expect(await errorOf(second.finish(used))).toBe("invalid_grant");
  });

  test("sends nobody to an address that the client did not register", async () => {
    const { url } = await app.begin({ redirect_uri: "http://localhost:9/elsewhere" });
    await expect(signInHeadless({ authorizationUrl: url, ...ADA })).rejects.toThrow(
      "invalid_redirect_uri",
    );
  });

  test("takes pushed authorization requests, organization and offline access included", async () => {
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = await oidc.buildAuthorizationUrlWithPAR(app.config, {
      redirect_uri: CALLBACK,
      scope: "openid offline_access",
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      organization: "birch",
    });
    expect([...url.searchParams.keys()].toSorted()).toEqual(["client_id", "request_uri"]);
    const callback = await signInHeadless({ authorizationUrl: url, person: "cleo@acme.example" });
    const checks = { pkceCodeVerifier, expectedState, expectedNonce };
    const tokens = await oidc.authorizationCodeGrant(app.config, callback, checks);
    expect(tokens.claims()).toMatchObject({ sub: "user_cleo", org_slug: "birch" });
    expect(tokens.refresh_token).toBeTypeOf("string");
  });

  test("takes the secret in the body as well as in the header", async () => {
    const config = await oidc.discovery(
      new URL(app.emulator.issuer),
      "acme-robot",
      undefined,
      oidc.ClientSecretPost("acme-robot-secret"),
      { execute: [oidc.allowInsecureRequests] },
    );
    const tokens = await oidc.clientCredentialsGrant(config);
    expect(tokens.access_token).toBeTypeOf("string");
  });
});

describe("an ID token", () => {
  test("says who, where, with which roles, and where else", async () => {
    const { payload } = await verify(
      (
        await app.signIn({
          person: "cleo@acme.example",
          organization: "acme",
        })
      ).id_token ?? "",
    );
    expect(payload).toMatchObject({
      sub: "user_cleo",
      aud: "app",
      email: "cleo@acme.example",
      email_verified: true,
      name: "Cleo Cruz",
      org_id: "org_acme",
      org_slug: "acme",
      org_name: "Acme",
      roles: ["editor"],
      organizations: [
        { id: "org_acme", slug: "acme", name: "Acme", roles: ["editor"] },
        { id: "org_birch", slug: "birch", name: "Birch", roles: ["viewer"] },
      ],
      amr: ["pwd"],
      sid: expect.any(String),
      auth_time: expect.any(Number),
    });
  });

  test("leaves inactive memberships out of the list of organizations", async () => {
    const world = demoWorld();
    world.memberships.update("user_cleo", "org_birch", { status: "inactive" });
    const other = await startApp({ world });
    const claims = (await other.signIn({ person: "cleo@acme.example" })).claims();
    await other.emulator.close();
    expect(claims?.["organizations"]).toEqual([
      { id: "org_acme", slug: "acme", name: "Acme", roles: ["editor"] },
    ]);
  });

  test("says how the person signed in", async () => {
    const world = demoWorld();
    world.users.update("user_ada", { signsInWith: ["pwd", "otp", "mfa"] });
    const other = await startApp({ world });
    const claims = (await other.signIn(ADA)).claims();
    await other.emulator.close();
    expect(claims?.["amr"]).toEqual(["pwd", "otp", "mfa"]);
  });

  test("is signed with ES256 for a client that asks for it", async () => {
    const other = await startApp({ client: { idTokenAlgorithm: "ES256" } });
    const token = (await other.signIn(ADA)).id_token ?? "";
    const jwksUri = new URL(other.config.serverMetadata().jwks_uri ?? "");
    const verified = await jwtVerify(token, createRemoteJWKSet(jwksUri), { algorithms: ["ES256"] });
    await other.emulator.close();
    expect(verified.payload.sub).toBe("user_ada");
  });

  test("has no e-mail and no name when their scopes were not asked for", async () => {
    const claims = (await app.signIn(ADA, { scope: "openid" })).claims();
    expect(claims).toMatchObject({ org_slug: "acme" });
    expect(claims).not.toHaveProperty("email");
    expect(claims).not.toHaveProperty("name");
  });
});

describe("a person's access token", () => {
  test("for a known API is an RFC 9068 token with organization and roles", async () => {
    const tokens = await app.signIn(ADA, { resource: API });
    const { payload, protectedHeader } = await verify(tokens.access_token);
    expect(protectedHeader.typ).toBe("at+jwt");
    expect(payload).toMatchObject({
      sub: "user_ada",
      aud: API,
      client_id: "app",
      scope: "notes:read",
      org_id: "org_acme",
      org_slug: "acme",
      org_name: "Acme",
      roles: ["admin"],
      jti: expect.any(String),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  test("lives as long as configured, and may be signed with ES256 for one API", async () => {
    const audiences = [
      API,
      { audience: "https://other.example.test", algorithm: "ES256" as const },
    ];
    const other = await startApp({ audiences, accessTokenTtlSeconds: 7 });
    const { access_token } = await other.signIn(ADA, { resource: "https://other.example.test" });
    await other.emulator.close();
    expect(decodeProtectedHeader(access_token).alg).toBe("ES256");
    const { exp = 0, iat = 0, aud } = decodeJwt(access_token);
    expect([aud, exp - iat]).toEqual(["https://other.example.test", 7]);
  });

  test("is refused for an unknown API", async () => {
    const callback = await app.callback(ADA, { resource: "https://unknown.example.test" });
    expect(callback.searchParams.get("error")).toBe("invalid_target");
  });

  test("without an API is opaque, and introspection tells what it stands for", async () => {
    const tokens = await app.signIn(ADA);
    expect(tokens.access_token.split(".")).toHaveLength(1);
    expect(await oidc.tokenIntrospection(app.config, tokens.access_token)).toMatchObject({
      active: true,
      sub: "user_ada",
      client_id: "app",
      org_id: "org_acme",
      roles: ["admin"],
    });
  });

  test("opens userinfo with the same claims when it is opaque", async () => {
    const tokens = await app.signIn(ADA);
    const info = await oidc.fetchUserInfo(app.config, tokens.access_token, "user_ada");
    expect(info).toMatchObject({ email: "ada@acme.example", org_slug: "acme", roles: ["admin"] });
  });

  test("is inactive once the membership or the person is gone", async () => {
    const world = demoWorld();
    const other = await startApp({ world });
    const ben = await other.signIn({ person: "ben@acme.example" });
    const dan = await other.signIn({ person: "dan@birch.example" });
    world.memberships.remove("user_ben", "org_acme");
    world.users.remove("user_dan");
    const answers = [
      await oidc.tokenIntrospection(other.config, ben.access_token),
      await oidc.tokenIntrospection(other.config, dan.access_token),
    ];
    const userinfo = oidc.fetchUserInfo(other.config, ben.access_token, "user_ben");
    await expect(userinfo).rejects.toMatchObject({ status: 401 });
    await other.emulator.close();
    expect(answers).toEqual([{ active: false }, { active: false }]);
  });

  test("can be revoked", async () => {
    const tokens = await app.signIn(ADA);
    await oidc.tokenRevocation(app.config, tokens.access_token);
    const answer = await oidc.tokenIntrospection(app.config, tokens.access_token);
    expect(answer).toEqual({ active: false });
  });

  test("cannot be introspected without the client's secret", async () => {
    const { access_token } = await app.signIn(ADA);
    const wrong = await app.configFor("app", "not-the-secret");
    await expect(oidc.tokenIntrospection(wrong, access_token)).rejects.toMatchObject({
      status: 401,
    });
  });

  test("cannot be introspected by a client that has no secret, even its own", async () => {
    const other = await startApp({ client: { tokenEndpointAuthMethod: "none" } });
    const { access_token } = await other.signIn(ADA);
    await oidc.fetchUserInfo(other.config, access_token, "user_ada");
    const answer = await oidc.tokenIntrospection(other.config, access_token);
    await other.emulator.close();
    expect(answer).toEqual({ active: false });
  });
});

describe("a machine's access token", () => {
  test("carries the organization and roles of its service", async () => {
    const config = await app.configFor("acme-robot", "acme-robot-secret");
    const grant = { scope: "notes:read", resource: API };
    const tokens = await oidc.clientCredentialsGrant(config, grant);
    const { payload, protectedHeader } = await verify(tokens.access_token);
    expect(protectedHeader.typ).toBe("at+jwt");
    expect(payload).toMatchObject({
      sub: "acme-robot",
      client_id: "acme-robot",
      aud: API,
      scope: "notes:read",
      org_id: "org_acme",
      org_slug: "acme",
      roles: ["editor"],
    });
  });

  test("has no organization when its service has none", async () => {
    const config = await app.configFor("stray-robot", "stray-robot-secret");
    const tokens = await oidc.clientCredentialsGrant(config, { resource: API });
    const { payload } = await verify(tokens.access_token);
    expect(payload).toMatchObject({ sub: "stray-robot", roles: ["editor"] });
    for (const name of ["org_id", "org_slug", "org_name"]) expect(payload).not.toHaveProperty(name);
  });

  test("is opaque without an API, and dies with its service", async () => {
    const world = demoWorld();
    const other = await startApp({ world });
    const config = await other.configFor("acme-robot", "acme-robot-secret");
    const tokens = await oidc.clientCredentialsGrant(config, { scope: "notes:write" });
    expect(await oidc.tokenIntrospection(other.config, tokens.access_token)).toMatchObject({
      active: true,
      client_id: "acme-robot",
      scope: "notes:write",
      org_slug: "acme",
    });
    world.services.remove("acme-robot");
    const after = await oidc.tokenIntrospection(other.config, tokens.access_token);
    const again = errorOf(oidc.clientCredentialsGrant(config));
    expect(after).toEqual({ active: false });
    expect(await again).not.toBe("no error");
    await other.emulator.close();
  });

  test("never has a scope that its service lacks", async () => {
    const world = demoWorld();
    world.services.update("acme-robot", { scopes: ["notes:read"] });
    const other = await startApp({ world });
    const config = await other.configFor("acme-robot", "acme-robot-secret");
    const wish = { scope: "notes:read notes:write", resource: API };
    expect(await errorOf(oidc.clientCredentialsGrant(config, wish))).toBe("invalid_scope");
    await other.emulator.close();
  });

  test("has no scope at all when its service has none", async () => {
    const world = demoWorld();
    world.services.update("acme-robot", { scopes: [] });
    const other = await startApp({ world });
    const config = await other.configFor("acme-robot", "acme-robot-secret");
    for (const wish of [{ scope: "notes:read" }, { scope: "notes:read", resource: API }]) {
      expect(await errorOf(oidc.clientCredentialsGrant(config, wish))).toBe("invalid_scope");
    }
    await other.emulator.close();
  });

  test("can be had by a service that joined later, with scopes nobody had before", async () => {
    const world = demoWorld();
    const other = await startApp({ world });
    const clientId = "late-robot";
    world.services.add({
      clientId,
      clientSecret: "late-secret",
      tenantId: "org_birch",
      roles: ["viewer"],
      scopes: ["reports:read"],
    });
    const config = await other.configFor(clientId, "late-secret");
    const wish = { scope: "reports:read", resource: API };
    const tokens = await oidc.clientCredentialsGrant(config, wish);
    await other.emulator.close();
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      org_slug: "birch",
      scope: "reports:read",
    });
  });

  test("is refused for a wrong secret", async () => {
    const config = await app.configFor("acme-robot", "birch-robot-secret");
    await expect(oidc.clientCredentialsGrant(config)).rejects.toMatchObject({ status: 401 });
  });
});
