import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WorkOS } from "@workos-inc/node";
import type { WorkosEmulator } from "@tenantry/emulators";
import { workos } from "../src/index.ts";
import {
  adapterOf,
  API,
  API_KEY,
  bearer,
  CLIENT_ID,
  ISSUER,
  optionsFor,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

const OTHER = "https://other.example.test";

let emulator: WorkosEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const ada = { person: "ada@acme.example", organization: "acme" };
const session = (more: object = {}) => emulator.controls.mintSessionToken({ ...ada, ...more });
const machine = (more: object = {}) =>
  emulator.controls.mintMachineToken({ machine: "acme-robot", ...more });
const connect = (more: object = {}) =>
  emulator.controls.mintConnectToken({ ...ada, resource: API, ...more });

async function identityOf(token: string, resource?: string) {
  const result = await adapter.verifier.verify(token, {
    accept: ["session", "m2m", "mcp"],
    ...(resource === undefined ? {} : { resource }),
  });
  if (!result.ok) throw new Error(result.reason);
  return result.value.identity;
}

describe("a session token", () => {
  test("says who, where, with which roles, and not how they signed in", async () => {
    const identity = await identityOf(await session());
    expect(identity).toMatchObject({
      issuer: ISSUER,
      subject: "user_ada",
      kind: "user",
      tenant: { external: "org_acme" },
      roles: ["admin"],
      permissions: ["notes:read", "notes:write", "notes:delete"],
      sessionId: expect.stringMatching(/^session_/),
      authentication: { method: "unknown", atMs: expect.any(Number) },
      actors: [],
    });
    expect(identity).not.toHaveProperty("scopes");
    expect(identity).not.toHaveProperty("email");
  });

  test("has the one role where several are not enabled", async () => {
    const token = await session({ claims: { roles: undefined, role: "viewer" } });
    expect((await identityOf(token)).roles).toEqual(["viewer"]);
  });

  test("without an organization has neither tenant nor roles, whatever it says", async () => {
    const token = await session({ claims: { org_id: undefined, role: "admin", roles: ["admin"] } });
    expect(await identityOf(token)).toMatchObject({ tenant: null, roles: [], permissions: [] });
  });

  test("of an impersonated session names the supporter", async () => {
    const identity = await identityOf(await session({ impersonator: "sam@x.example" }));
    expect(identity.actors).toEqual([{ kind: "impersonator", id: "sam@x.example" }]);
    expect(identity.authentication.method).toBe("impersonation");
  });

  test("is verified by the vendor's SDK too", async () => {
    const sdk = new WorkOS(API_KEY, {
      clientId: CLIENT_ID,
      apiHostname: "localhost",
      port: emulator.port,
      https: false,
      issuer: emulator.addresses.issuer,
    });
    const oracle = sdk.userManagement as unknown as {
      isValidJwt(token: string): Promise<boolean>;
    };
    for (const token of [await session(), await session({ expiresInSeconds: -60 })]) {
      const ours = await bearer(adapter, token);
      expect(ours === "session").toBe(await oracle.isValidJwt(token));
    }
    // The SDK takes any token of the environment for a session; this is where the two must differ.
    const agent = await session({ claims: { sid: undefined } });
    expect(await oracle.isValidJwt(agent)).toBe(true);
    expect(await bearer(adapter, agent)).toBe("profile_none");
  });

  test.each([
    ["an actor that is no object", { act: "sam" }, "claim_invalid"],
    ["an actor without a name", { act: {} }, "claim_invalid"],
    ["roles that are no list", { roles: "admin" }, "claim_invalid"],
    ["roles that are null", { roles: null }, "claim_invalid"],
    ["permissions that are no texts", { permissions: [1] }, "claim_invalid"],
    ["an organization that is no text", { org_id: ["org_acme"] }, "claim_invalid"],
    ["an audience, though no template adds one", { aud: CLIENT_ID }, "audience_mismatch"],
    ["another application's client", { client_id: "client_b" }, "audience_mismatch"],
    ["no session", { sid: undefined }, "profile_none"],
    ["the session of a consent", { sid: "app_consent_1" }, "profile_none"],
    ["another kind of subject", { sub: "client_1" }, "profile_none"],
  ])("is refused with %s", async (_what, claims, reason) => {
    expect(await bearer(adapter, await session({ claims }))).toBe(reason);
  });

  test.each([
    ["expired", { expiresInSeconds: -60 }, "expired_only"],
    ["signed with another key", { key: "rogue" }, "signature_invalid"],
    ["not signed", { key: "none" }, "malformed"],
    ["signed with the public key as a secret", { key: "hmac-public" }, "algorithm_not_allowed"],
    ["signed with another algorithm", { algorithm: "ES256" }, "algorithm_not_allowed"],
  ])("is refused when it is %s", async (_what, how, reason) => {
    expect(await bearer(adapter, await session(how))).toBe(reason);
  });

  test("is accepted at doors that accept sessions only", async () => {
    expect(await bearer(adapter, await session(), { accept: ["m2m", "mcp", "api_key"] })).toBe(
      "kind_not_accepted",
    );
  });
});

describe("the issuer of a session token", () => {
  test.each([
    ["client", (api: string) => `${api}/user_management/${CLIENT_ID}`],
    ["origin", (api: string) => api],
    ["origin-slash", (api: string) => `${api}/`],
  ])("may be spelt in each way that the vendor has: %s", async (_variant, issuer) => {
    const iss = issuer(emulator.addresses.address);
    const identity = await identityOf(await session({ claims: { iss } }));
    expect(identity.issuer).toBe(ISSUER);
    const genuine = issuer("https://api.workos.com");
    expect(await bearer(adapter, await session({ claims: { iss: genuine } }))).toBe("session");
  });

  test.each([
    "https://api.workos.com/user_management/client_another",
    "https://api.workos.com//",
    "https://api.workos.com.example",
    "https://other.authkit.app",
  ])("is nothing else: %s", async (iss) => {
    expect(await bearer(adapter, await session({ claims: { iss } }))).toBe("issuer_unknown");
  });

  test("is only what the options name, if they do", async () => {
    const strict = adapterOf(optionsFor(emulator, { issuers: ["https://auth.example.com"] }));
    const claims = { iss: "https://auth.example.com" };
    expect(await bearer(strict, await session({ claims }))).toBe("session");
    expect(await bearer(strict, await session())).toBe("issuer_unknown");
  });
});

describe("the audience that a JWT template adds", () => {
  test("must be there and must be ours once it is configured", async () => {
    const templated = adapterOf(optionsFor(emulator, { audience: [API] }));
    expect(await bearer(templated, await session({ claims: { aud: API } }))).toBe("session");
    expect(await bearer(templated, await session({ claims: { aud: OTHER } }))).toBe(
      "audience_mismatch",
    );
    expect(await bearer(templated, await session())).toBe("audience_mismatch");
  });
});

describe("a machine's token", () => {
  test("stands for the machine's organization and may do what its scopes say", async () => {
    const identity = await identityOf(await machine({ scopes: ["notes:read"] }));
    expect(identity).toMatchObject({
      issuer: ISSUER,
      subject: "acme-robot",
      kind: "service",
      tenant: { external: "org_acme" },
      permissions: ["notes:read"],
      scopes: ["notes:read"],
      clientId: "acme-robot",
      authentication: { method: "client_credentials" },
    });
    expect(identity).not.toHaveProperty("roles");
  });

  test("without an organization stands for none", async () => {
    const token = await emulator.controls.mintMachineToken({ machine: "stray-robot" });
    expect((await identityOf(token)).tenant).toBeNull();
  });

  test.each([
    ["another environment's audience", { aud: "client_another" }, "audience_mismatch"],
    ["the audience of a resource", { aud: API }, "audience_mismatch"],
    ["no audience", { aud: undefined }, "audience_mismatch"],
    ["a session", { sid: "session_1" }, "profile_none"],
    ["a person as its subject", { sub: "user_ada", client_id: "user_ada" }, "profile_none"],
    ["another client", { client_id: "client_b" }, "profile_none"],
  ])("is refused with %s", async (_what, claims, reason) => {
    expect(await bearer(adapter, await machine({ claims }))).toBe(reason);
  });

  test("of the API's issuer is none", async () => {
    const iss = emulator.addresses.issuer;
    expect(await bearer(adapter, await machine({ claims: { iss } }))).toBe("profile_none");
  });
});

describe("a token that a person let a client have", () => {
  test("stands for the organization of the consent and names the client", async () => {
    const identity = await identityOf(await connect({ clientId: "client_agent" }), API);
    expect(identity).toMatchObject({
      issuer: ISSUER,
      subject: "user_ada",
      kind: "user",
      tenant: { external: "org_acme" },
      sessionId: expect.stringMatching(/^app_consent_/),
      clientId: "client_agent",
      actors: [{ kind: "client", id: "client_agent" }],
    });
    expect(identity).not.toHaveProperty("roles");
    expect(identity).not.toHaveProperty("permissions");
  });

  test.each([
    ["the resource of the mount", API, API, "mcp"],
    ["another resource", OTHER, API, "audience_mismatch"],
    ["a mount without a resource", API, undefined, "audience_mismatch"],
  ])("counts at %s", async (_what, audience, resource, expected) => {
    const request = resource === undefined ? {} : { resource };
    expect(await bearer(adapter, await connect({ resource: audience }), request)).toBe(expected);
  });

  test("for the whole environment counts only behind a switch", async () => {
    const token = await connect({ resource: undefined });
    expect(decodeJwt(token).aud).toBe(CLIENT_ID);
    expect(await bearer(adapter, token, { resource: API })).toBe("audience_mismatch");
    const lenient = adapterOf(optionsFor(emulator, { clientIdAudience: true }));
    expect(await bearer(lenient, token, { resource: API })).toBe("mcp");
  });

  test.each([
    ["a session of AuthKit", { sid: "session_1" }],
    ["no scope, as ID tokens have", { scope: undefined }],
    ["no client, as ID tokens have", { client_id: undefined }],
  ])("is refused with %s", async (_what, claims) => {
    expect(await bearer(adapter, await connect({ claims }), { resource: API })).toBe(
      "profile_none",
    );
  });

  test("is none of ours without an AuthKit domain", async () => {
    const { authkitDomain: _domain, ...options } = optionsFor(emulator);
    const plain = adapterOf(options);
    expect(await bearer(plain, await connect(), { resource: API })).toBe("issuer_unknown");
    expect(await bearer(plain, await machine())).toBe("issuer_unknown");
    expect(plain.provider.capabilities).toMatchObject({ mcp: "no", machineTokens: "no" });
    expect(plain.provider.mcp).toBeUndefined();
  });
});

describe("the profiles", () => {
  const { tokens = [] } = workos({
    apiKey: "sk_x",
    clientId: CLIENT_ID,
    authkitDomain: "https://x.authkit.app",
  });
  const claim = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      "",
      "user_ada",
      "client_1",
      "session_1",
      "app_consent_1",
      "org_acme",
      CLIENT_ID,
      "openid",
    ),
    fc.string(),
    fc.anything(),
  );

  test("never claim one token twice, whatever is in it", () => {
    const once = fc.property(
      fc.record({ sub: claim, sid: claim, client_id: claim, scope: claim, org_id: claim }),
      (claims) =>
        tokens.filter((profile) => profile.matches({ header: { alg: "RS256" }, claims })).length <=
        1,
    );
    expect(() => fc.assert(once, { numRuns: 2000 })).not.toThrow();
  });

  test("read whatever they match without throwing", () => {
    const names = ["sub", "sid", "client_id", "scope", "org_id", "roles", "act", "iat"];
    const readable = fc.property(fc.dictionary(fc.constantFrom(...names), claim), (claims) => {
      for (const profile of tokens) profile.read({ header: { alg: "RS256" }, claims });
    });
    expect(() => fc.assert(readable, { numRuns: 1000 })).not.toThrow();
  });
});

describe("keys", () => {
  test("that are new are found, and old ones are forgotten with the set", async () => {
    const before = await session();
    expect(await bearer(adapter, before)).toBe("session");
    await emulator.controls.rotateKeys({ keepOld: false });
    expect(await bearer(adapter, await session())).toBe("session");
    const later = adapterOf(optionsFor(emulator));
    expect(await bearer(later, before)).toBe("key_unknown");
  });
});

describe("keys with a certificate beside them", () => {
  let server: Server;
  let address: string;
  let token: string;
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "sso_oidc_key_pair_1", alg: "RS256" };
    const key = { ...jwk, use: "sig", x5c: ["MIIC"], "x5t#S256": "x" };
    server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [key] }));
    });
    await new Promise<void>((listening) => server.listen(0, "localhost", listening));
    address = `http://localhost:${(server.address() as AddressInfo).port}`;
    token = await new SignJWT({ sid: "session_1", org_id: "org_1", role: "member" })
      .setProtectedHeader({ alg: "RS256", kid: jwk.kid })
      .setIssuer("https://api.workos.com/")
      .setSubject("user_1")
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  });
  afterAll(() => void server.close());

  test("are read, as the vendor publishes them", async () => {
    const own = adapterOf({
      apiKey: "sk_x",
      clientId: CLIENT_ID,
      apiUrl: address,
      allowInsecureLoopback: true,
    });
    expect(await bearer(own, token)).toBe("session");
  });
});
