import { signInHeadless, type OidcEmulator } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adapterOf,
  API,
  bearer,
  CALLBACK,
  EMULATOR_CLAIMS,
  FLOW,
  optionsFor,
  refreshTokenOf,
  signedIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

let emulator: OidcEmulator;
let strict: Adapter;
let lenient: Adapter;

beforeAll(async () => {
  emulator = await startEmulator({}, { audiences: [API, "https://other.example.test"] });
  strict = adapterOf(optionsFor(emulator, EMULATOR_CLAIMS));
  lenient = adapterOf(optionsFor(emulator, { ...EMULATOR_CLAIMS, accessTokenTyp: "lenient" }));
});

afterAll(() => emulator.close());

const ada = { subject: "ada@acme.example" };

describe("a person's access token", () => {
  test("says who, for which organization, with which roles and scopes, through which client", async () => {
    const token = await emulator.controls.mintAccessToken({
      ...ada,
      scopes: ["notes:read", "notes:write"],
      clientId: "agent",
    });
    const result = await strict.verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({
      ok: true,
      value: {
        profile: { id: "access", kind: "access", roles: "token", scopes: "permissions" },
        identity: {
          issuer: emulator.issuer,
          subject: "user_ada",
          kind: "user",
          tenant: { external: "org_acme", slug: "acme", name: expect.any(String) },
          roles: ["admin"],
          scopes: ["notes:read", "notes:write"],
          clientId: "agent",
          actors: [{ kind: "client", id: "agent" }],
          authentication: { method: "unknown" },
        },
      },
    });
  });

  test("has no actor when this app is its client, and no scopes when it names none", async () => {
    const token = await emulator.controls.mintAccessToken(ada);
    const result = await strict.verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({ value: { identity: { actors: [], scopes: [] } } });
  });

  test("names the person who acts behind it (RFC 8693)", async () => {
    const token = await emulator.controls.mintAccessToken({
      ...ada,
      claims: { act: { sub: "user_sam", act: { sub: "earlier" } } },
    });
    const result = await strict.verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({
      value: { identity: { actors: [{ kind: "impersonator", id: "user_sam" }] } },
    });
  });

  test("stands for no tenant when it names no organization", async () => {
    const token = await emulator.controls.mintAccessToken({ subject: "cleo@acme.example" });
    const result = await strict.verifier.verify(token, { accept: ["access"] });
    expect(result).toMatchObject({ ok: true, value: { identity: { tenant: null } } });
  });

  test("opens a mount with an audience of its own only by that audience", async () => {
    const resource = "https://other.example.test";
    const token = await emulator.controls.mintAccessToken({ ...ada, audience: resource });
    await expect(bearer(strict, token, { resource })).resolves.toBe("accepted");
    await expect(bearer(strict, token)).resolves.toBe("audience_mismatch");
    const usual = await emulator.controls.mintAccessToken(ada);
    await expect(bearer(strict, usual, { resource })).resolves.toBe("audience_mismatch");
  });

  test("does not open a mount whose audience is the client id", async () => {
    const token = await emulator.controls.mintAccessToken({ ...ada, audience: "app" });
    await expect(bearer(strict, token, { resource: "app" })).resolves.toBe("audience_mismatch");
  });

  test("is refused everywhere when no audience is configured", async () => {
    const token = await emulator.controls.mintAccessToken(ada);
    const { audience: _, ...options } = optionsFor(emulator);
    await expect(bearer(adapterOf(options), token)).resolves.toBe("audience_mismatch");
  });
});

describe.each([
  ["strict", () => strict],
  ["lenient", () => lenient],
])("at the API, %s", (_name, adapter) => {
  const mint = (claims: Readonly<Record<string, unknown>>) =>
    emulator.controls.mintAccessToken({ ...ada, claims });

  test("an honest access token is accepted", async () => {
    await expect(bearer(adapter(), await mint({}))).resolves.toBe("accepted");
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["for another audience", { aud: "https://other.example.test" }, "audience_mismatch"],
    ["without an audience", { aud: undefined }, "audience_mismatch"],
    ["with an audience that only begins right", { aud: `${API}.evil` }, "audience_mismatch"],
    ["of another issuer", { iss: "https://other.example.test" }, "issuer_unknown"],
    ["with several organizations", { org_id: ["org_acme", "org_birch"] }, "organization_ambiguous"],
    ["with a number as organization", { org_id: 7 }, "claim_invalid"],
    ["with a list as slug", { org_slug: ["acme"] }, "claim_invalid"],
    ["with an object as roles", { roles: { admin: true } }, "claim_invalid"],
    ["with a number among the roles", { roles: ["admin", 7] }, "claim_invalid"],
    ["with a text as actor", { act: "user_sam" }, "claim_invalid"],
    ["with sub null", { sub: null }, "claim_missing"],
    ["bound to a key", { cnf: { jkt: "x" } }, "confirmation_required"],
    ["with an events claim", { events: {} }, "profile_none"],
  ])("one %s is refused", async (_case, claims, reason) => {
    await expect(bearer(adapter(), await mint(claims))).resolves.toBe(reason);
  });

  test.each<[string, Parameters<OidcEmulator["controls"]["mintAccessToken"]>[0], string]>([
    ["expired", { ...ada, expiresInSeconds: -60 }, "expired_only"],
    ["signed by a stranger", { ...ada, key: "rogue" }, "signature_invalid"],
    ["without signature", { ...ada, key: "none" }, "malformed"],
    [
      "signed with the public key as secret",
      { ...ada, key: "hmac-public" },
      "algorithm_not_allowed",
    ],
  ])("one %s is refused", async (_case, request, reason) => {
    await expect(bearer(adapter(), await emulator.controls.mintAccessToken(request))).resolves.toBe(
      reason,
    );
  });

  test("an ID token is refused, even one that was refreshed and names the API too", async () => {
    const person = "ada@acme.example";
    const { controls } = emulator;
    const { tokens } = await signedIn(adapter(), { person });
    await expect(bearer(adapter(), tokens?.idToken ?? "")).resolves.toBe("profile_none");
    await expect(bearer(adapter(), await controls.mintIdToken({ person }))).resolves.toBe(
      "profile_none",
    );
    const both = await controls.mintIdToken({
      person,
      nonce: "n",
      claims: { aud: ["app", API], azp: "app" },
    });
    await expect(bearer(adapter(), both)).resolves.toBe("profile_none");
  });

  test("a logout token is refused, by its type and by its event", async () => {
    const { controls } = emulator;
    const claims = { aud: API, client_id: "app", scope: "notes:read" };
    const person = "ada@acme.example";
    await expect(bearer(adapter(), await controls.mintLogoutToken({ person }))).resolves.toBe(
      "profile_none",
    );
    const disguised = await controls.mintLogoutToken({ person, claims, header: { typ: "at+jwt" } });
    await expect(bearer(adapter(), disguised)).resolves.toBe("profile_none");
    const untyped = { ...claims, events: undefined };
    const typed = await controls.mintLogoutToken({ person, claims: untyped });
    await expect(bearer(adapter(), typed)).resolves.toBe("profile_none");
  });

  test("a refresh token and other opaque values are refused", async () => {
    const refreshToken = refreshTokenOf(await signedIn(adapter(), { person: "ada@acme.example" }));
    await expect(bearer(adapter(), refreshToken)).resolves.toBe("malformed");
    await expect(
      adapter().verifier.verifyOpaque(refreshToken, { accept: ["access"] }),
    ).resolves.toEqual({
      ok: false,
      reason: "profile_none",
    });
  });

  test("an access token opens no door of another kind", async () => {
    const { verifier } = adapter();
    const token = await mint({});
    for (const kind of ["session", "m2m", "mcp"] as const) {
      // oxlint-disable-next-line no-await-in-loop -- each answer by itself
      await expect(verifier.verify(token, { accept: [kind] })).resolves.toEqual({
        ok: false,
        reason: "kind_not_accepted",
      });
    }
  });
});

describe("strict access tokens (RFC 9068)", () => {
  test.each([
    ["type JWT", { header: { typ: "JWT" } }, "profile_none"],
    ["no type", { header: { typ: undefined } }, "profile_none"],
    ["no client_id", { claims: { client_id: undefined } }, "claim_missing"],
    ["no jti", { claims: { jti: undefined } }, "claim_missing"],
  ])("are refused with %s", async (_name, overrides, reason) => {
    const token = await emulator.controls.mintAccessToken({ ...ada, ...overrides });
    await expect(bearer(strict, token)).resolves.toBe(reason);
  });

  test("may write their type as a whole media type in any case", async () => {
    const header = { typ: "application/AT+JWT" };
    const token = await emulator.controls.mintAccessToken({ ...ada, header });
    await expect(bearer(strict, token)).resolves.toBe("accepted");
  });
});

describe("lenient access tokens", () => {
  const mint = (claims: Readonly<Record<string, unknown>>, typ: string | undefined = "JWT") =>
    emulator.controls.mintAccessToken({ ...ada, header: { typ }, claims });

  test.each<[string, Readonly<Record<string, unknown>>, string?]>([
    ["type JWT", {}],
    ["this app and the API as audience", { aud: ["app", API] }],
    [
      "scp and cid instead of scope and client_id",
      { client_id: undefined, cid: "app", scp: ["a"] },
    ],
    ["only azp to name a client", { client_id: undefined, azp: "app" }],
    ["token_use access", { token_use: "access" }],
    ["typ Bearer", { typ: "Bearer" }],
  ])("are accepted with %s", async (_name, claims) => {
    await expect(bearer(lenient, await mint(claims))).resolves.toBe("accepted");
  });

  test("are accepted without a type", async () => {
    const token = await emulator.controls.mintAccessToken({ ...ada, header: { typ: undefined } });
    await expect(bearer(lenient, token)).resolves.toBe("accepted");
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["a nonce", { nonce: "n" }],
    ["at_hash", { at_hash: "h" }],
    ["c_hash", { c_hash: "h" }],
    ["s_hash", { s_hash: "h" }],
    ["token_use id", { token_use: "id" }],
    ["token_use refresh", { token_use: "refresh" }],
    ["typ ID", { typ: "ID" }],
    ["typ Refresh", { typ: "Refresh" }],
    ["typ Offline", { typ: "Offline" }],
    ["this app as the only audience", { aud: ["app"] }],
    ["nothing that names a client or a scope", { client_id: undefined }],
  ])("are refused with %s", async (_name, claims) => {
    await expect(bearer(lenient, await mint(claims))).resolves.toBe("profile_none");
  });

  test("are refused with a type of something else", async () => {
    await expect(bearer(lenient, await mint({}, "dpop+jwt"))).resolves.toBe("typ_mismatch");
  });
});

describe("a machine's token", () => {
  const robot = { subject: "acme-robot", scopes: ["notes:read"] };

  test("is of kind m2m, with the organization and roles that it names", async () => {
    const token = await emulator.controls.mintAccessToken(robot);
    const result = await strict.verifier.verify(token, { accept: ["m2m"] });
    expect(result).toMatchObject({
      ok: true,
      value: {
        profile: { id: "m2m", kind: "m2m" },
        identity: {
          subject: "acme-robot",
          kind: "service",
          tenant: { external: "org_acme" },
          roles: ["editor"],
          scopes: ["notes:read"],
          clientId: "acme-robot",
          authentication: { method: "client_credentials" },
          actors: [],
        },
      },
    });
    await expect(strict.verifier.verify(token, { accept: ["access"] })).resolves.toMatchObject({
      reason: "kind_not_accepted",
    });
  });

  test("names no tenant when the machine has none, and nobody guesses one", async () => {
    const token = await emulator.controls.mintAccessToken({ subject: "stray-robot" });
    const result = await strict.verifier.verify(token, { accept: ["m2m"] });
    expect(result).toMatchObject({ ok: true, value: { identity: { tenant: null } } });
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["sub equals azp", { azp: "svc", sub: "svc", client_id: undefined }, "m2m"],
    ["sub equals cid", { cid: "svc", sub: "svc", client_id: undefined }, "m2m"],
    ["sub is somebody else", { client_id: "svc", sub: "user_ada" }, "access"],
  ])("is told by its subject: %s", async (_name, claims, kind) => {
    const token = await emulator.controls.mintAccessToken({
      ...ada,
      claims,
      header: { typ: "JWT" },
    });
    const result = await lenient.verifier.verify(token, { accept: ["access", "m2m"] });
    expect(result).toMatchObject({ value: { profile: { kind } } });
  });

  test("is told by the configured mark", async () => {
    const mark = { machineClaim: ["gty"], machineValue: "client-credentials" };
    const marked = adapterOf(optionsFor(emulator, mark));
    const kindWith = async (adapter: Adapter, claims: Readonly<Record<string, unknown>>) => {
      const token = await emulator.controls.mintAccessToken({ ...ada, claims });
      const result = await adapter.verifier.verify(token, { accept: ["access", "m2m"] });
      return result.ok ? result.value.profile.kind : result.reason;
    };
    await expect(kindWith(marked, { gty: "client-credentials" })).resolves.toBe("m2m");
    await expect(kindWith(marked, { gty: "password" })).resolves.toBe("access");
    await expect(kindWith(marked, {})).resolves.toBe("access");
    const present = adapterOf(optionsFor(emulator, { machineClaim: ["gty"] }));
    await expect(kindWith(present, { gty: "anything" })).resolves.toBe("m2m");
    await expect(kindWith(present, {})).resolves.toBe("access");
  });
});

describe("tokens from the real endpoints", () => {
  async function exchange(body: Record<string, string>, client: string): Promise<string> {
    const response = await fetch(`${emulator.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(client)}` },
      body: new URLSearchParams(body),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    return token ?? `no token: ${response.status}`;
  }

  test("client credentials open the API", async () => {
    const token = await exchange(
      { grant_type: "client_credentials", resource: API, scope: "notes:read" },
      "acme-robot:acme-robot-secret",
    );
    await expect(bearer(strict, token)).resolves.toBe("accepted");
  });

  test("a code with a resource opens the API, and without one gives an opaque token that does not", async () => {
    // By the front channel, where `resource` can be added.
    const { login, tools } = adapterOf(optionsFor(emulator, { pushedRequests: "off" }));
    for (const [resource, answer] of [
      [API, "accepted"],
      ["", "malformed"],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one sign-in after the other
      const start = await login.start({ flowId: FLOW, redirectUri: CALLBACK }, tools);
      if (start.kind !== "redirect") throw new Error("no redirect");
      const authorizationUrl = new URL(start.location);
      if (resource !== "") authorizationUrl.searchParams.set("resource", resource);
      const callback = await signInHeadless({ authorizationUrl, person: "ada@acme.example" });
      const token = await exchange(
        {
          grant_type: "authorization_code",
          code: callback.searchParams.get("code") ?? "",
          redirect_uri: CALLBACK,
          code_verifier: String(start.state["verifier"]),
          ...(resource === "" ? {} : { resource }),
        },
        "app:app-secret",
      );
      await expect(bearer(strict, token)).resolves.toBe(answer);
      // oxlint-enable no-await-in-loop
    }
  });
});

describe("without the issuer", () => {
  test("the first token is neither good nor bad, an unknown issuer is not even asked", async () => {
    const own = await startEmulator();
    const adapter = adapterOf(optionsFor(own));
    const token = await own.controls.mintAccessToken(ada);
    await own.controls.disconnect();
    await expect(bearer(adapter, token)).resolves.toBe("provider_unavailable");
    const foreign = await emulator.controls.mintAccessToken(ada);
    emulator.controls.resetRequests();
    await expect(bearer(adapter, foreign)).resolves.toBe("issuer_unknown");
    expect(emulator.controls.requests("discovery")).toBe(0);
    await own.close();
  });

  test("tokens keep working once metadata and keys are known", async () => {
    const own = await startEmulator();
    const adapter = adapterOf(optionsFor(own));
    await expect(bearer(adapter, await own.controls.mintAccessToken(ada))).resolves.toBe(
      "accepted",
    );
    const next = await own.controls.mintAccessToken(ada);
    await own.controls.disconnect();
    await expect(bearer(adapter, next)).resolves.toBe("accepted");
    await own.close();
  });
});
