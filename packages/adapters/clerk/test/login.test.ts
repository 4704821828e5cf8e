import type { ClerkEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  APP,
  CALLBACK,
  CLIENT,
  FLOW,
  optionsFor,
  signedIn,
  signIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

const ADA = "ada@acme.example";
const CLEO = "cleo@acme.example";

let emulator: ClerkEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

const start = (more = {}) =>
  adapter.login.start({ flowId: FLOW, redirectUri: CALLBACK, ...more }, adapter.tools);
const refused = (reason: string) => ({ kind: "refused", reason });
const unavailable = (reason: string) => ({ kind: "unavailable", reason });

describe("beginning a sign-in", () => {
  test("sends the browser to Clerk with state, nonce and proof key", async () => {
    const step = await start({ loginHint: ADA });
    if (step.kind !== "redirect") throw new Error(step.kind);
    const { origin, pathname, searchParams } = new URL(step.location);
    expect(origin + pathname).toBe(`${emulator.addresses.issuer}/oauth/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: CLIENT.clientId,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "openid profile email user:org:read offline_access",
      state: FLOW,
      nonce: step.state["nonce"],
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      login_hint: ADA,
    });
  });

  test("asks for a fresh sign-in where one is wanted", async () => {
    const step = await start({ reauthenticate: true });
    expect(step.kind === "redirect" && new URL(step.location).searchParams.get("prompt")).toBe(
      "login",
    );
  });

  test("has secrets of its own each time", async () => {
    const [one, two] = [await start(), await start()];
    if (one.kind !== "redirect" || two.kind !== "redirect") throw new Error("not sent");
    expect(one.state["nonce"]).not.toBe(two.state["nonce"]);
    expect(one.state["verifier"]).not.toBe(two.state["verifier"]);
  });

  test.each(["error", "reset"] as const)(
    "sends nobody to a Clerk that is down (%s)",
    async (mode) => {
      emulator.controls.fail({ mode });
      expect(await start()).toEqual(unavailable("provider_unavailable"));
    },
  );

  test("is not there without an OAuth application", () => {
    const { oauthClientId: _, oauthClientSecret: __, ...options } = optionsFor(emulator);
    const { login, capabilities } = adapterOf(options).provider;
    expect(login).toBeUndefined();
    expect(capabilities).toMatchObject({ login: "no", refresh: "no", frontEndSession: "yes" });
  });
});

describe("a sign-in that comes back", () => {
  test("proves the person, the organization they chose and the roles there", async () => {
    const { identity, memberships, tokens } = await signedIn(adapter, {
      person: CLEO,
      organization: "birch",
    });
    expect(identity).toMatchObject({
      issuer: emulator.addresses.issuer,
      subject: "user_cleo",
      subjectScope: "global",
      kind: "user",
      tenant: { external: "org_birch", slug: "birch", name: "Birch" },
      roles: ["viewer"],
      permissions: ["org:notes:read"],
      name: "Cleo Cruz",
      email: { value: CLEO, verified: true },
      authentication: { method: "unknown" },
      actors: [],
    });
    expect(memberships).toEqual({
      complete: true,
      items: expect.arrayContaining([
        { tenant: { external: "org_acme", slug: "acme", name: "Acme" }, roles: ["editor"] },
        { tenant: { external: "org_birch", slug: "birch", name: "Birch" }, roles: ["viewer"] },
      ]),
    });
    expect(memberships?.items).toHaveLength(2);
    expect(tokens).toEqual({ refreshToken: expect.stringMatching(/^rt_/) });
  });

  test("of a person without an organization stands for none", async () => {
    emulator.controls.world.memberships.remove("user_ada", "org_acme");
    const { identity, memberships } = await signedIn(adapter, { person: ADA });
    expect(identity.tenant).toBeNull();
    expect(memberships).toEqual({ items: [], complete: true });
  });

  test("names no organization without the scope for it", async () => {
    const plain = adapterOf(optionsFor(emulator, { scopes: ["openid", "email"] }));
    const { identity, tokens } = await signedIn(plain, { person: ADA });
    expect(identity.tenant).toBeNull();
    expect(tokens).toEqual({});
  });

  test("takes an address for verified only if Clerk says so", async () => {
    emulator.controls.world.users.update("user_ada", { emailVerified: false });
    const { identity } = await signedIn(adapter, { person: ADA });
    expect(identity.email).toEqual({ value: ADA, verified: false });
  });

  test("claims no time of sign-in, which Clerk does not tell", async () => {
    const { identity } = await signedIn(adapter, { person: ADA, reauthenticate: true });
    expect(identity.authentication).toEqual({ method: "unknown" });
  });

  test.each([
    ["rogue-key", "signature_invalid"],
    ["other-audience", "id_token_claim_mismatch"],
    ["expired", "id_token_expired"],
    ["other-flow", "id_token_claim_mismatch"],
  ] as const)("is refused with a forged ID token (%s)", async (how, reason) => {
    emulator.controls.forge(how);
    expect(await signIn(adapter, { person: ADA })).toEqual(refused(reason));
  });

  test("is refused for somebody who left the organization meanwhile", async () => {
    emulator.controls.substitute({ organization: "birch" });
    expect(await signIn(adapter, { person: ADA })).toEqual(refused("membership_inactive"));
  });

  test("is refused when the person cancels", async () => {
    expect(await signIn(adapter, { person: ADA, cancel: true })).toEqual(refused("access_denied"));
  });

  test.each<[string, (url: URL) => URL, string]>([
    ["another flow's state", (url) => withState(url, "state", "another"), "response_invalid"],
    [
      "another issuer's name",
      (url) => withState(url, "iss", "https://evil.example"),
      "response_invalid",
    ],
    [
      "another address",
      (url) => new URL(`https://evil.example${url.pathname}${url.search}`),
      "redirect_uri_mismatch",
    ],
    [
      "another path",
      (url) => new URL(url.href.replace("/clerk", "/other")),
      "redirect_uri_mismatch",
    ],
    ["a code that was never given", (url) => withState(url, "code", "invented"), "invalid_grant"],
  ])("is refused with %s", async (_what, tamper, reason) => {
    expect(await signIn(adapter, { person: ADA, tamper })).toEqual(refused(reason));
  });

  test("is refused at another address than it went out with, even if it comes there", async () => {
    const begun = await start();
    if (begun.kind !== "redirect") throw new Error(begun.kind);
    const redirectUri = `${APP}/auth/callback/other`;
    const url = new URL(`${redirectUri}?code=x&state=${FLOW}`);
    const answer = { flowId: FLOW, redirectUri, url, state: begun.state };
    expect(await adapter.login.resume(answer, adapter.tools)).toEqual(
      refused("redirect_uri_mismatch"),
    );
  });

  test.each(["clientId", "redirectUri", "nonce", "verifier"])(
    "is refused without %s among what the flow remembers",
    async (name) => {
      const begun = await start();
      if (begun.kind !== "redirect") throw new Error(begun.kind);
      const url = new URL(`${CALLBACK}?code=x&state=${FLOW}`);
      for (const value of ["", 7, null]) {
        const state = { ...begun.state, [name]: value };
        const answer = { flowId: FLOW, redirectUri: CALLBACK, url, state };
        expect(await adapter.login.resume(answer, adapter.tools)).toEqual(
          refused("flow_malformed"),
        );
      }
    },
  );

  test("is refused when the app is another client by now", async () => {
    const begun = await start();
    if (begun.kind !== "redirect") throw new Error(begun.kind);
    const other = adapterOf(optionsFor(emulator, { oauthClientId: "another" }));
    const url = new URL(`${CALLBACK}?code=x&state=${FLOW}`);
    const answer = { flowId: FLOW, redirectUri: CALLBACK, url, state: begun.state };
    expect(await other.login.resume(answer, other.tools)).toEqual(refused("connection_changed"));
  });

  test.each(["token", "memberships", "jwks"] as const)(
    "is neither good nor bad while Clerk does not answer (%s)",
    async (endpoint) => {
      const tamper = (url: URL) => {
        emulator.controls.fail({ mode: "error", endpoints: [endpoint] });
        return url;
      };
      expect(await signIn(adapter, { person: ADA, tamper })).toMatchObject({ kind: "unavailable" });
    },
  );

  test("waits when Clerk says that it is asked too often, and says who is wrong about a secret", async () => {
    const limit = (url: URL) => {
      emulator.controls.limitRate({ retryAfterSeconds: 9 });
      return url;
    };
    expect(await signIn(adapter, { person: ADA, tamper: limit })).toEqual(
      unavailable("rate_limited_unavailable"),
    );
    await emulator.controls.recover();
    const wrong = adapterOf(optionsFor(emulator, { oauthClientSecret: "wrong" }));
    expect(await signIn(wrong, { person: ADA })).toEqual(
      unavailable("client_rejected_unavailable"),
    );
  });
});

function withState(url: URL, name: string, value: string): URL {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed;
}
