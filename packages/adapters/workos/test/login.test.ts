import type { LoginStep } from "@tenantry/core/provider";
import { createHeadlessBrowser, signInHeadless, type WorkosEmulator } from "@tenantry/emulators";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adapterOf,
  answer,
  CALLBACK,
  expectStep,
  FLOW,
  ISSUER,
  optionsFor,
  signedIn,
  signIn,
  startEmulator,
  type Adapter,
} from "./support/adapter.ts";

let emulator: WorkosEmulator;
let adapter: Adapter;
beforeEach(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator));
});
afterEach(() => emulator.close());

describe("signing in", () => {
  test("attests the person, the organization that was asked for, and all others", async () => {
    const done = await signedIn(adapter, { person: "cleo@acme.example", wanted: "org_birch" });
    expect(done.identity).toMatchObject({
      issuer: ISSUER,
      subject: "user_cleo",
      subjectScope: "global",
      kind: "user",
      tenant: { external: "org_birch", name: "Birch" },
      roles: ["viewer"],
      permissions: ["notes:read"],
      name: "Cleo Cruz",
      email: { value: "cleo@acme.example", verified: true },
      authentication: { method: "password" },
      actors: [],
    });
    expect(done.identity.authentication.atMs).toBeGreaterThan(Date.now() - 60_000);
    expect(done.memberships).toEqual({
      complete: true,
      items: [
        { tenant: { external: "org_acme", name: "Acme" }, roles: ["editor"] },
        { tenant: { external: "org_birch", name: "Birch" }, roles: ["viewer"] },
      ],
    });
    expect(done.tokens?.refreshToken).toMatch(/./);
    expect(done.tokens?.refreshAtSeconds).toBe(done.identity.expiresAtSeconds);
  });

  test("names provider, organization, proof key and our own state to AuthKit", async () => {
    const start = await adapter.login.start(
      {
        flowId: FLOW,
        redirectUri: CALLBACK,
        tenant: { external: "org_acme" },
        loginHint: "ada@acme.example",
      },
      adapter.tools,
    );
    const { location } = expectStep(start, "redirect");
    const { origin, pathname, searchParams } = new URL(location);
    expect(origin + pathname).toBe(`${emulator.addresses.address}/user_management/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: "client_app",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      login_hint: "ada@acme.example",
      organization_id: "org_acme",
      provider: "authkit",
      redirect_uri: CALLBACK,
      response_type: "code",
      state: FLOW,
    });
  });

  test("belongs to no tenant when the person is in no organization", async () => {
    emulator.controls.world.memberships.remove("user_ada", "org_acme");
    const { identity, memberships } = await signedIn(adapter, { person: "ada@acme.example" });
    expect(identity).toMatchObject({ tenant: null, roles: [], permissions: [] });
    expect(memberships).toEqual({ items: [], complete: true });
  });

  test.each([
    [["sso"], "sso"],
    [["hwk"], "passkey"],
    [["otp"], "email_code"],
    [["pwd", "otp", "mfa"], "password"],
  ])("tells how: %j is %s", async (signsInWith, method) => {
    emulator.controls.world.users.update("user_ada", { signsInWith });
    const { identity } = await signedIn(adapter, { person: "ada@acme.example" });
    expect(identity.authentication.method).toBe(method);
  });

  test("says that an address is not verified", async () => {
    emulator.controls.world.users.update("user_ada", { emailVerified: false });
    const { identity } = await signedIn(adapter, { person: "ada@acme.example" });
    expect(identity.email).toEqual({ value: "ada@acme.example", verified: false });
  });

  test("goes on without the list of memberships when that cannot be had", async () => {
    emulator.controls.fail({ mode: "error", endpoints: ["memberships"] });
    const done = await signedIn(adapter, { person: "ada@acme.example" });
    expect(done).not.toHaveProperty("memberships");
    expect(done.identity.tenant).toEqual({ external: "org_acme" });
  });

  test("shows the supporter behind an impersonated session", async () => {
    const { controls } = emulator;
    controls.impersonate({ person: "ben@acme.example", by: "sam@x.example", reason: "a bug" });
    const { identity } = await signedIn(adapter, {});
    expect(identity).toMatchObject({
      subject: "user_ben",
      actors: [{ kind: "impersonator", id: "sam@x.example" }],
      authentication: { method: "impersonation" },
    });
  });
});

describe("coming back", () => {
  const refusal = async (how: Parameters<typeof signIn>[1]) => {
    const step = await signIn(adapter, how);
    return step.kind === "refused" || step.kind === "unavailable"
      ? `${step.kind}: ${step.reason}`
      : step.kind;
  };
  const changed = (change: (url: URL) => void) => (url: URL) => {
    change(url);
    return url;
  };

  test("with a cancelled sign-in is refused", async () => {
    expect(await refusal({ cancel: true })).toBe("refused: access_denied");
  });

  test("from an organization that is not the person's is refused", async () => {
    expect(await refusal({ person: "ada@acme.example", wanted: "org_birch" })).toBe(
      "refused: access_denied",
    );
  });

  test.each([
    ["another state", (url: URL) => url.searchParams.set("state", "another"), "state_mismatch"],
    ["two states", (url: URL) => url.searchParams.append("state", FLOW), "state_mismatch"],
    ["no code", (url: URL) => url.searchParams.delete("code"), "response_invalid"],
    ["two codes", (url: URL) => url.searchParams.append("code", "x"), "response_invalid"],
    ["a foreign code", (url: URL) => url.searchParams.set("code", "code_x"), "invalid_grant"],
    [
      "another address",
      (url: URL) => {
        url.pathname = "/auth/callback/other";
      },
      "redirect_uri_mismatch",
    ],
  ])("with %s is refused", async (_what, change, reason) => {
    const tamper = changed(change);
    expect(await refusal({ person: "ada@acme.example", tamper })).toBe(`refused: ${reason}`);
  });

  test("with somebody else's flow is refused: the proof key is the browser's own", async () => {
    const start = async () =>
      expectStep(
        await adapter.login.start({ flowId: FLOW, redirectUri: CALLBACK }, adapter.tools),
        "redirect",
      );
    const [mine, theirs] = [await start(), await start()];
    const url = await signInHeadless({
      authorizationUrl: theirs.location,
      person: "ada@acme.example",
    });
    const step = await adapter.login.resume(
      { flowId: FLOW, redirectUri: CALLBACK, url, state: mine.state },
      adapter.tools,
    );
    expect(step).toEqual({ kind: "refused", reason: "invalid_grant" });
  });

  test.each([
    [{}],
    [{ redirectUri: CALLBACK, verifier: 1 }],
    [{ redirectUri: CALLBACK, verifier: "v", form: "else" }],
  ])("with a state that is none is refused: %j", async (state) => {
    const url = new URL(CALLBACK);
    const step = await adapter.login.resume(
      { flowId: FLOW, redirectUri: CALLBACK, url, state },
      adapter.tools,
    );
    expect(step).toEqual({ kind: "refused", reason: "flow_malformed" });
  });

  test.each([
    ["rogue-key", "refused: signature_invalid"],
    ["other-audience", "refused: audience_mismatch"],
    ["expired", "refused: expired_only"],
  ] as const)("with a token that is forged is refused: %s", async (how, expected) => {
    emulator.controls.forge(how);
    expect(await refusal({ person: "ada@acme.example" })).toBe(expected);
  });

  test.each(["error", "reset"] as const)(
    "finds out nothing while WorkOS is down: %s",
    async (mode) => {
      emulator.controls.fail({ mode, endpoints: ["authenticate"] });
      expect(await refusal({ person: "ada@acme.example" })).toBe(
        "unavailable: provider_unavailable",
      );
    },
  );

  test("finds out nothing while WorkOS has enough of us", async () => {
    emulator.controls.limitRate({ retryAfterSeconds: 5, endpoints: ["authenticate"] });
    expect(await refusal({ person: "ada@acme.example" })).toBe(
      "unavailable: rate_limited_unavailable",
    );
  });

  test("blames nobody for our own wrong key", async () => {
    adapter = adapterOf(optionsFor(emulator, { apiKey: "sk_wrong" }));
    expect(await refusal({ person: "ada@acme.example" })).toBe(
      "unavailable: client_rejected_unavailable",
    );
  });

  test("exchanges a code once", async () => {
    emulator.controls.resetRequests();
    emulator.controls.fail({ mode: "error", endpoints: ["authenticate"] });
    await refusal({ person: "ada@acme.example" });
    expect(emulator.controls.requests("authenticate")).toBe(1);
  });
});

describe("an answer whose parts disagree is refused", () => {
  /** The vendor's answers with something changed beside the token. */
  const withAnswer = (change: (body: Record<string, unknown>) => Record<string, unknown>) => {
    const carry: typeof globalThis.fetch = async (input, init) => {
      const response = await fetch(input, init);
      const url = input instanceof Request ? input.url : String(input);
      if (!url.endsWith("/user_management/authenticate")) return response;
      return Response.json(change((await response.json()) as Record<string, unknown>));
    };
    return adapterOf(optionsFor(emulator), { runtime: { fetch: carry } });
  };

  test.each([
    ["the person", { user: { id: "user_dan", email: "dan@birch.example" } }, "subject_changed"],
    ["the organization", { organization_id: "org_birch" }, "tenant_changed"],
    ["the supporter", { impersonator: { email: "s@x.example" } }, "impersonation_unclear"],
    ["the method", { authentication_method: "Impersonation" }, "impersonation_unclear"],
  ])("about %s", async (_what, change, reason) => {
    adapter = withAnswer((body) => ({ ...body, ...change }));
    const step = await signIn(adapter, { person: "ada@acme.example" });
    expect(step).toEqual({ kind: "refused", reason });
  });

  test("also when only the token names a supporter", async () => {
    const { controls } = emulator;
    controls.impersonate({ person: "ben@acme.example", by: "sam@x.example", reason: "a bug" });
    adapter = withAnswer(({ impersonator: _impersonator, ...body }) => ({
      ...body,
      authentication_method: "Password",
    }));
    const step = await signIn(adapter, {});
    expect(step).toEqual({ kind: "refused", reason: "impersonation_unclear" });
  });
});

describe("signing in afresh", () => {
  test("asks the person again and believes only what the token attests", async () => {
    const browser = createHeadlessBrowser();
    await signedIn(adapter, { person: "ada@acme.example", browser });
    const done = await signedIn(adapter, {
      person: "ada@acme.example",
      browser,
      reauthenticate: true,
    });
    expect(done.identity.subject).toBe("user_ada");
  });

  test("is refused when the browser left the wish out on its way", async () => {
    const browser = createHeadlessBrowser();
    await signedIn(adapter, { person: "ada@acme.example", browser });
    const later = adapterOf(optionsFor(emulator), { nowMs: () => Date.now() + 45_000 });
    const detour = (location: URL) => {
      location.searchParams.delete("max_age");
      return location;
    };
    const step = await signIn(later, { browser, reauthenticate: true, detour });
    expect(step).toEqual({ kind: "refused", reason: "reauthentication_not_attested" });
  });
});

describe("one more step", () => {
  const cleo = { person: "cleo@acme.example", organization: "acme" };

  test("lets the person choose among their organizations", async () => {
    emulator.controls.requireStep("organization_selection_required");
    const step = expectStep(await signIn(adapter, cleo), "chooseTenant");
    expect(step.choices).toEqual([
      { external: "org_acme", name: "Acme" },
      { external: "org_birch", name: "Birch" },
    ]);
    const done = expectStep(await answer(adapter, step, { choice: "org_birch" }), "done");
    expect(done.identity.tenant).toEqual({ external: "org_birch", name: "Birch" });
  });

  test("refuses a choice that was not offered", async () => {
    emulator.controls.requireStep("organization_selection_required");
    const step = expectStep(await signIn(adapter, cleo), "chooseTenant");
    expect(await answer(adapter, step, { choice: "org_lighthouse" })).toEqual({
      kind: "refused",
      reason: "invalid_organization_id",
    });
    expect(await answer(adapter, step, {})).toEqual({ kind: "refused", reason: "choice_missing" });
  });

  test("chooses by itself what was asked for", async () => {
    emulator.controls.requireStep("organization_selection_required");
    const step = await signIn(adapter, { person: "cleo@acme.example", wanted: "org_birch" });
    expect(step).toMatchObject({ kind: "done", identity: { tenant: { external: "org_birch" } } });
  });

  test.each([
    ["email_verification_required", /e-mail/],
    ["mfa_challenge", /authenticator/],
  ] as const)("asks for a code: %s", async (required, title) => {
    emulator.controls.requireStep(required);
    const step = expectStep(await signIn(adapter, cleo), "prompt");
    expect(step.title).toMatch(title);
    expect(step.fields).toEqual([
      { name: "code", label: "Code", type: "otp", autocomplete: "one-time-code" },
    ]);
    const again = expectStep(await answer(adapter, step, { code: "000000" }), "prompt");
    expect(again.title).toMatch(/not right/);
    const code = emulator.controls.oneTimeCode("cleo@acme.example") ?? "";
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
    const done = expectStep(await answer(adapter, again, { code: spaced }), "done");
    expect(done.identity.subject).toBe("user_cleo");
  });

  test("gives up after a few wrong codes", async () => {
    emulator.controls.requireStep("email_verification_required");
    let step: LoginStep = await signIn(adapter, cleo);
    let asked = 0;
    while (step.kind === "prompt") {
      asked += 1;
      step = await answer(adapter, step, { code: "000000" });
    }
    expect(step).toEqual({ kind: "refused", reason: "too_many_steps" });
    expect(asked).toBeLessThan(10);
  });

  test("goes to the customer's own sign-in when that is required", async () => {
    emulator.controls.requireStep("sso_required");
    const step = expectStep(await signIn(adapter, { person: "ada@acme.example" }), "stepUp");
    expect(step.reason).toBe("sso");
    const { searchParams } = new URL(step.location);
    expect(searchParams.get("connection_id")).toBe("conn_acme");
    expect(searchParams.has("provider")).toBe(false);
    const url = await signInHeadless({
      authorizationUrl: step.location,
      person: "ada@acme.example",
    });
    const done = expectStep(
      await adapter.login.resume(
        { flowId: FLOW, redirectUri: CALLBACK, url, state: step.state },
        adapter.tools,
      ),
      "done",
    );
    expect(done.identity.authentication.method).toBe("sso");
  });

  test.each([
    ["organization_authentication_methods_required", "sso"],
    ["mfa_enrollment", "mfa"],
  ] as const)("goes back to the organization's pages: %s", async (required, reason) => {
    emulator.controls.requireStep(required);
    const how = { person: "cleo@acme.example", wanted: "org_birch" };
    const step = expectStep(await signIn(adapter, how), "stepUp");
    expect(step.reason).toBe(reason);
    expect(new URL(step.location).searchParams.get("organization_id")).toBe("org_birch");
  });

  test.each(["radar_challenge", "authentication_method_not_allowed"] as const)(
    "there is none after %s",
    async (required) => {
      emulator.controls.requireStep(required);
      expect(await signIn(adapter, cleo)).toEqual({ kind: "refused", reason: required });
    },
  );
});

describe("signing out", () => {
  test("ends the vendor's session in the browser", async () => {
    const { identity } = await signedIn(adapter, { person: "ada@acme.example" });
    const sessionId = identity.sessionId ?? "";
    const url = await adapter.login.endSessionUrl(
      { sessionId, returnUrl: "http://localhost:9/" },
      adapter.tools,
    );
    const response = await fetch(url ?? "", { redirect: "manual" });
    expect(response.headers.get("location")).toBe("http://localhost:9/");
    expect(emulator.controls.sessionsOf("ada@acme.example")).toEqual([]);
  });

  test("has no place to go without a session's id", async () => {
    const url = await adapter.login.endSessionUrl({ returnUrl: "http://x/" }, adapter.tools);
    expect(url).toBeNull();
  });
});
