import { createHeadlessBrowser, signInHeadless, type OidcEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  CALLBACK,
  EMULATOR_CLAIMS,
  FLOW,
  optionsFor,
  signedIn,
  signIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

let emulator: OidcEmulator;
let adapter: Adapter;

beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator, EMULATOR_CLAIMS));
});

afterEach(() => emulator.close());

async function start(more: Partial<Parameters<Adapter["login"]["start"]>[0]> = {}) {
  const step = await adapter.login.start(
    { flowId: FLOW, redirectUri: CALLBACK, ...more },
    adapter.tools,
  );
  if (step.kind !== "redirect") throw new Error(`start ended as ${JSON.stringify(step)}`);
  return { query: Object.fromEntries(new URL(step.location).searchParams), step };
}

describe("leaving for the issuer", () => {
  // By the front channel, where a test can read it.
  beforeEach(() => {
    adapter = adapterOf(optionsFor(emulator, { ...EMULATOR_CLAIMS, pushedRequests: "off" }));
  });

  test("asks with code, PKCE, state and nonce, and keeps the secrets of the flow to itself", async () => {
    const { query, step } = await start();
    expect(query).toMatchObject({
      client_id: "app",
      response_type: "code",
      response_mode: "query",
      redirect_uri: CALLBACK,
      scope: "openid email profile offline_access",
      state: FLOW,
      code_challenge_method: "S256",
    });
    expect(query["code_challenge"]).toMatch(/^[\w-]{43}$/);
    expect(query["nonce"]).toBe(step.state["nonce"]);
    expect(step.location).not.toContain(String(step.state["verifier"]));
  });

  test("uses a new nonce and verifier for every flow", async () => {
    const [one, two] = [await start(), await start()];
    expect(one.query["nonce"]).not.toBe(two.query["nonce"]);
    expect(one.query["code_challenge"]).not.toBe(two.query["code_challenge"]);
  });

  test("names the organization and the person when they are known, and nobody otherwise", async () => {
    const named = await start({
      tenant: { external: "org_birch" },
      loginHint: "dan@birch.example",
    });
    expect(named.query).toMatchObject({
      organization: "org_birch",
      login_hint: "dan@birch.example",
    });
    const { query } = await start();
    expect(query).not.toHaveProperty("organization");
    expect(query).not.toHaveProperty("login_hint");
    expect(query).not.toHaveProperty("prompt");
    expect(query).not.toHaveProperty("max_age");
  });

  test("asks for a fresh sign-in when that is wanted, besides the configured prompt", async () => {
    adapter = adapterOf(optionsFor(emulator, { prompt: "consent", pushedRequests: "off" }));
    const { query } = await start({ reauthenticate: true });
    expect(query).toMatchObject({ prompt: "login consent", max_age: "0" });
    expect((await start()).query).toMatchObject({ prompt: "consent" });
  });

  test("knows nothing of a connection that is not in the store", async () => {
    const request = { flowId: FLOW, redirectUri: CALLBACK, connectionId: "gone" };
    await expect(adapter.login.start(request, adapter.tools)).resolves.toEqual({
      kind: "refused",
      reason: "connection_unknown",
    });
  });
});

describe("coming back from the issuer", () => {
  test("gives the person, the organization, roles and memberships of the ID token", async () => {
    const done = await signedIn(adapter, { person: "cleo@acme.example", organization: "birch" });
    expect(done.identity).toMatchObject({
      issuer: emulator.issuer,
      subject: "user_cleo",
      subjectScope: "global",
      kind: "user",
      tenant: { external: "org_birch", slug: "birch" },
      roles: ["viewer"],
      name: "Cleo Cruz",
      email: { value: "cleo@acme.example", verified: true },
      authentication: { method: "password", mfa: false },
      actors: [],
    });
    expect(done.identity.sessionId).toMatch(/./);
    expect(done.identity.authentication.atMs).toBeGreaterThan(Date.now() - 60_000);
    expect(done.memberships?.complete).toBe(true);
    expect(done.memberships?.items.map(({ tenant, roles }) => [tenant.external, roles])).toEqual([
      ["org_acme", ["editor"]],
      ["org_birch", ["viewer"]],
    ]);
    expect(done.tokens?.refreshToken).toMatch(/./);
    expect(done.tokens?.idToken).toMatch(/^ey/);
    expect(done.tokens?.refreshAtSeconds).toBeGreaterThan(Date.now() / 1000);
  });

  test("keeps no access token", async () => {
    const done = await signedIn(adapter, { person: "ada@acme.example" });
    expect(Object.keys(done.tokens ?? {}).toSorted()).toEqual([
      "idToken",
      "refreshAtSeconds",
      "refreshToken",
    ]);
  });

  test("lets the issuer place the person in the organization that was asked for", async () => {
    const { identity } = await signedIn(adapter, {
      person: "cleo@acme.example",
      wanted: "org_acme",
    });
    expect(identity.tenant).toMatchObject({ external: "org_acme" });
  });

  test("is refused when the person cancels", async () => {
    await expect(signIn(adapter, { person: "ada@acme.example", cancel: true })).resolves.toEqual({
      kind: "refused",
      reason: "access_denied",
    });
  });

  test.each<[string, (url: URL) => void]>([
    ["without state", (url) => url.searchParams.delete("state")],
    ["with another state", (url) => url.searchParams.set("state", "another")],
    ["with two states", (url) => url.searchParams.append("state", FLOW)],
    ["without iss, which this issuer promises to send", (url) => url.searchParams.delete("iss")],
    ["with the iss of another issuer", (url) => url.searchParams.set("iss", "http://localhost:1")],
    ["with two codes", (url) => url.searchParams.append("code", "another")],
  ])("is refused %s", async (_name, change) => {
    const answer = await signIn(adapter, {
      person: "ada@acme.example",
      tamper: (callback) => {
        change(callback);
        return callback;
      },
    });
    expect(answer).toEqual({ kind: "refused", reason: "response_invalid" });
    expect(emulator.controls.requests("token")).toBe(0);
  });

  test("is refused at another address than the one it left with", async () => {
    const tamper = (callback: URL) => new URL(callback.search, `${CALLBACK}/acme-okta`);
    const answer = await signIn(adapter, { person: "ada@acme.example", tamper });
    expect(answer).toEqual({ kind: "refused", reason: "redirect_uri_mismatch" });
    expect(emulator.controls.requests("token")).toBe(0);
  });

  test("is refused with a code that was used before", async () => {
    const { step } = await start();
    const callback = await callbackOf(step.location);
    const answer = { flowId: FLOW, redirectUri: CALLBACK, url: callback, state: step.state };
    await expect(adapter.login.resume(answer, adapter.tools)).resolves.toMatchObject({
      kind: "done",
    });
    await expect(adapter.login.resume(answer, adapter.tools)).resolves.toEqual({
      kind: "refused",
      reason: "invalid_grant",
    });
  });

  test("is refused with the verifier of another flow", async () => {
    const { step } = await start();
    const other = await start();
    const url = await callbackOf(step.location);
    const state = { ...step.state, verifier: other.step.state["verifier"] ?? null };
    await expect(
      adapter.login.resume({ flowId: FLOW, redirectUri: CALLBACK, url, state }, adapter.tools),
    ).resolves.toEqual({ kind: "refused", reason: "invalid_grant" });
  });

  test("is refused with the nonce of another flow", async () => {
    const { step } = await start();
    const url = await callbackOf(step.location);
    const state = { ...step.state, nonce: "another" };
    await expect(
      adapter.login.resume({ flowId: FLOW, redirectUri: CALLBACK, url, state }, adapter.tools),
    ).resolves.toEqual({ kind: "refused", reason: "id_token_claim_mismatch" });
  });

  test.each([
    ["nonce", undefined],
    ["verifier", ""],
    ["issuer", 7],
    ["freshSince", "0"],
  ])("is refused when the flow's %s is %s", async (name, value) => {
    const { step } = await start();
    const state = { ...step.state, [name]: value } as typeof step.state;
    const url = new URL(`${CALLBACK}?code=x&state=${FLOW}`);
    await expect(
      adapter.login.resume({ flowId: FLOW, redirectUri: CALLBACK, url, state }, adapter.tools),
    ).resolves.toEqual({ kind: "refused", reason: "flow_malformed" });
  });

  test("is refused when the configuration names another client by now", async () => {
    const { step } = await start();
    const url = await callbackOf(step.location);
    const moved = adapterOf(optionsFor(emulator, { clientId: "other" }));
    await expect(
      moved.login.resume(
        { flowId: FLOW, redirectUri: CALLBACK, url, state: step.state },
        moved.tools,
      ),
    ).resolves.toEqual({ kind: "refused", reason: "connection_changed" });
  });

  test("is refused when the list of memberships cannot be read", async () => {
    emulator.controls.setHooks({
      tamperIdToken: ({ claims }, sign) => sign({ claims: { ...claims, organizations: ["acme"] } }),
    });
    await expect(signIn(adapter, { person: "ada@acme.example" })).resolves.toEqual({
      kind: "refused",
      reason: "claim_invalid",
    });
  });

  test("a fresh sign-in must be attested", async () => {
    const person = "ada@acme.example";
    const fresh = await signedIn(adapter, { person, reauthenticate: true });
    expect(fresh.identity.subject).toBe("user_ada");

    for (const auth_time of [undefined, Math.floor(Date.now() / 1000) - 3600]) {
      emulator.controls.setHooks({
        tamperIdToken: ({ claims }, sign) => sign({ claims: { ...claims, auth_time } }),
      });
      // oxlint-disable-next-line no-await-in-loop -- one sign-in after the other
      await expect(signIn(adapter, { person, reauthenticate: true })).resolves.toEqual({
        kind: "refused",
        reason: "reauthentication_not_attested",
      });
    }
  });
});

describe("a person whom no organization is known for", () => {
  test("signs in without a tenant when the map does not name it", async () => {
    const { orgUnknown: _, ...claims } = EMULATOR_CLAIMS;
    adapter = adapterOf(optionsFor(emulator, { ...claims, orgMap: { org_acme: "acme-corp" } }));
    const dan = await signedIn(adapter, { person: "dan@birch.example" });
    expect(dan.identity.tenant).toBeNull();
    expect(dan.memberships?.items).toEqual([]);
    const ada = await signedIn(adapter, { person: "ada@acme.example" });
    expect(ada.identity.tenant).toMatchObject({ external: "org_acme", slug: "acme-corp" });
  });

  test("signs in without a tenant when the options name none", async () => {
    adapter = adapterOf(optionsFor(emulator));
    const { identity, memberships } = await signedIn(adapter, { person: "ada@acme.example" });
    expect(identity.tenant).toBeNull();
    expect(identity.roles).toBeUndefined();
    expect(memberships).toBeUndefined();
  });

  test("belongs to the one tenant of the options, whatever the token says", async () => {
    adapter = adapterOf(optionsFor(emulator, { tenant: "solo" }));
    const { identity } = await signedIn(adapter, { person: "dan@birch.example" });
    expect(identity.tenant).toEqual({
      external: "solo",
      slug: "solo",
      name: "solo",
      configured: true,
    });
  });
});

describe("while the issuer cannot be reached", () => {
  test("starting is unavailable, and works again when it is back", async () => {
    await emulator.controls.disconnect();
    const request = { flowId: FLOW, redirectUri: CALLBACK };
    await expect(adapter.login.start(request, adapter.tools)).resolves.toEqual({
      kind: "unavailable",
      reason: "metadata_unreachable",
    });
    await emulator.controls.recover();
    adapter = adapterOf(optionsFor(emulator));
    await expect(start()).resolves.toBeDefined();
  });

  test.each(["error", "reset"] as const)("coming back is unavailable (%s)", async (mode) => {
    const { step } = await start();
    const url = await callbackOf(step.location);
    emulator.controls.fail({ mode, endpoints: ["token"] });
    await expect(
      adapter.login.resume(
        { flowId: FLOW, redirectUri: CALLBACK, url, state: step.state },
        adapter.tools,
      ),
    ).resolves.toEqual({ kind: "unavailable", reason: "provider_unavailable" });
  });

  test("an ID token whose keys cannot be fetched is neither good nor bad", async () => {
    const { step } = await start();
    const url = await callbackOf(step.location);
    emulator.controls.fail({ mode: "error", endpoints: ["jwks"] });
    await expect(
      adapter.login.resume(
        { flowId: FLOW, redirectUri: CALLBACK, url, state: step.state },
        adapter.tools,
      ),
    ).resolves.toEqual({ kind: "unavailable", reason: "keys_unavailable" });
  });

  test("the app's own wrong secret says nothing about the person", async () => {
    adapter = adapterOf(optionsFor(emulator, { clientSecret: "wrong" }));
    await expect(signIn(adapter, { person: "ada@acme.example" })).resolves.toEqual({
      kind: "unavailable",
      reason: "client_rejected",
    });
  });
});

test("a second sign-in in the same browser needs no second password", async () => {
  const browser = createHeadlessBrowser();
  await signedIn(adapter, { person: "ada@acme.example", browser });
  const { identity } = await signedIn(adapter, { browser });
  expect(identity.subject).toBe("user_ada");
});

function callbackOf(location: string): Promise<URL> {
  return signInHeadless({ authorizationUrl: new URL(location), person: "ada@acme.example" });
}
