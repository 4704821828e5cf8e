import { describe, expect, test } from "vitest";
import type { LoginStep } from "../../src/provider/login-flow.ts";
import { tenantOf } from "../fixtures/records.ts";
import {
  ACME,
  addTenant,
  breakMethod,
  createApp,
  fakeProvider,
  GLOBEX,
  identityOf,
  ISSUER,
  signIn,
  stateOf,
  type App,
  type Browser,
} from "./kit.ts";

const SESSION_COOKIE = "__Host-tenantry";

const flowCookies = (browser: Browser) =>
  [...browser.cookies.keys()].filter((name) => name.startsWith("__Host-tenantry-flow-"));

const meOf = async (browser: Browser) => {
  const response = await browser.get("/auth/me", { accept: "application/json" });
  const body: unknown = await response.json();
  return { status: response.status, body };
};

const connectionOf = (changes: object = {}) => ({
  id: "acme-okta",
  instance: "acme-idp",
  tenantId: ACME.id,
  issuer: ISSUER,
  clientId: "client",
  emailDomains: ["acme.example"],
  enabled: true,
  settings: {},
  sealedSecrets: {},
  ...changes,
});

describe("sign-in", () => {
  test("goes out to the provider and comes back as a session", async () => {
    const app = await createApp();
    const browser = app.browser();
    const started = await browser.get("/auth/login?returnTo=/t/acme/notes");
    expect(started.status).toBe(303);
    expect(started.headers.get("location")).toMatch(/^https:\/\/idp\.example\/authorize\?/);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);

    const back = await browser.get(`/auth/callback/acme-idp?code=x&state=${stateOf(started)}`);
    expect(back.status).toBe(303);
    expect(back.headers.get("location")).toBe("/t/acme/notes");
    expect(flowCookies(browser)).toEqual([]);
    expect(await meOf(browser)).toMatchObject({
      status: 200,
      body: { tenant: { slug: "acme" }, roles: ["member"], permissions: ["note:read"] },
    });
  });

  test("row 38: sends 256 random bits as state, others each time", async () => {
    const app = await createApp();
    const browser = app.browser();
    const states = await Promise.all(
      [1, 2, 3].map(async () => stateOf(await browser.get("/auth/login"))),
    );
    expect(new Set(states).size).toBe(3);
    for (const state of states) expect(state).toMatch(/^[\w-]{43}$/);
  });

  test("row 38: gives the adapter's notes of this flow back to it, and no others", async () => {
    const app = await createApp();
    const browser = app.browser();
    let count = 0;
    app.fake.answers.start = ({ flowId }) => {
      count += 1;
      return {
        kind: "redirect",
        location: `https://idp.example/?state=${flowId}`,
        state: { nonce: `nonce-${count}` },
      };
    };
    const first = await browser.get("/auth/login");
    const second = await browser.get("/auth/login");
    await browser.get(`/auth/callback/acme-idp?state=${stateOf(second)}`);
    await browser.get(`/auth/callback/acme-idp?state=${stateOf(first)}`);
    expect(app.fake.resumes.map(({ state }) => state)).toEqual([
      { nonce: "nonce-2" },
      { nonce: "nonce-1" },
    ]);
  });

  test("row 38: that began in another browser is refused, without asking the provider", async () => {
    const app = await createApp();
    const attacker = app.browser();
    const started = await attacker.get("/auth/login");
    const victim = app.browser();
    const back = await victim.get(`/auth/callback/acme-idp?code=x&state=${stateOf(started)}`);
    expect(back.status).toBe(400);
    expect(victim.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(app.fake.resumes).toEqual([]);
  });

  test.each(["", "?code=x", "?code=x&state=", "?code=x&state=made-up"])(
    "row 38: without the state of a flow is refused (%s)",
    async (query) => {
      const app = await createApp();
      const browser = app.browser();
      await browser.get("/auth/login");
      const back = await browser.get(`/auth/callback/acme-idp${query}`);
      expect(back.status).toBe(400);
      expect(app.fake.resumes).toEqual([]);
    },
  );

  test("row 38: with two states is refused, even if one is right", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    const back = await browser.get(`/auth/callback/acme-idp?state=${state}&state=${state}`);
    expect(back.status).toBe(400);
    expect(app.fake.resumes).toEqual([]);
  });

  test("row 38: comes back once; the same address again asks nobody and signs nobody in", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    const flow = new Map(browser.cookies);
    await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
    browser.cookies.clear();
    for (const [name, value] of flow) browser.cookies.set(name, value);
    const again = await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
    expect(again.status).toBe(400);
    expect(app.fake.resumes).toHaveLength(1);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("row 38: is over after ten minutes", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    app.clock.advance(600_000);
    const back = await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
    expect(back.status).toBe(400);
    expect(app.fake.resumes).toEqual([]);
  });

  test("row 41: has one redirect URI per instance and connection, built on the base URL", async () => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf());
    const browser = app.browser();
    await browser.get("/auth/login");
    await browser.get("/auth/login?tenant=acme", {
      host: "evil.example",
      "x-forwarded-host": "evil",
    });
    expect(app.fake.starts.map(({ redirectUri }) => redirectUri)).toEqual([
      "https://app.example.com/auth/callback/acme-idp",
      "https://app.example.com/auth/callback/acme-idp/acme-okta",
    ]);
  });

  test("row 41: shows the adapter the configured address, whatever host the request names", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    await app.auth.routes.handle(
      new Request(`http://evil.example:8080/auth/callback/acme-idp?code=x&state=${state}`, {
        headers: { cookie },
      }),
    );
    expect(app.fake.resumes[0]?.url.href).toBe(
      `https://app.example.com/auth/callback/acme-idp?code=x&state=${state}`,
    );
  });

  test("row 38: that comes back at the address of another instance or connection is refused", async () => {
    const other = fakeProvider({ instance: "other-idp" });
    const app = await createApp();
    const both = await createApp({ providers: [app.fake.provider, other.provider] });
    await both.stores.connections.put(connectionOf());
    const browser = both.browser();
    const state = stateOf(await browser.get("/auth/login?provider=acme-idp"));
    for (const place of ["other-idp", "acme-idp/acme-okta"]) {
      const back = await browser.get(`/auth/callback/${place}?code=x&state=${state}`);
      expect(back.status).toBe(400);
    }
    expect(app.fake.resumes).toEqual([]);
    expect(other.resumes).toEqual([]);
    const right = await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
    expect(right.status).toBe(303);
  });

  test("does not know callbacks of providers that are not configured", async () => {
    const app = await createApp();
    const back = await app.browser().get("/auth/callback/nobody?code=x&state=y");
    expect(back.status).toBe(404);
  });

  test("row 19: gives a new session id and ends the one this browser had", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const before = browser.cookies.get(SESSION_COOKIE) ?? "";
    await signIn(app, browser);
    const after = browser.cookies.get(SESSION_COOKIE);
    expect(after).not.toBe(before);
    const stale = app.browser();
    stale.cookies.set(SESSION_COOKIE, before);
    expect((await meOf(stale)).status).toBe(401);
    expect((await meOf(browser)).status).toBe(200);
  });

  test("row 19: takes no session id from the browser", async () => {
    const app = await createApp();
    const browser = app.browser();
    const planted = "p".repeat(43);
    browser.cookies.set(SESSION_COOKIE, planted);
    await signIn(app, browser);
    expect(browser.cookies.get(SESSION_COOKIE)).not.toBe(planted);
    const attacker = app.browser();
    attacker.cookies.set(SESSION_COOKIE, planted);
    expect((await meOf(attacker)).status).toBe(401);
  });

  test("is on the audit trail, and refusals are too", async () => {
    const app = await createApp();
    await signIn(app, app.browser());
    await signIn(app, app.browser(), { as: identityOf(), query: "?tenant=globex" });
    const acme = await app.stores.audit.listByTenant(ACME.id);
    expect(acme.items.map(({ type }) => type)).toContain("sign_in.succeeded");
    const globex = await app.stores.audit.listByTenant(GLOBEX.id);
    expect(globex.items.map(({ type, outcome }) => [type, outcome])).toEqual([
      ["sign_in.refused", "denied"],
    ]);
  });

  test("does not happen when it cannot be put on record", async () => {
    const app = await createApp();
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error("down")) };
    const mute = await createApp({ fake: app.fake, stores: { ...app.stores, audit } });
    const browser = mute.browser();
    const back = await signIn(mute, browser);
    expect(back.status).toBe(503);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("of a person without a tenant begins a session without one", async () => {
    const app = await createApp();
    const browser = app.browser();
    const back = await signIn(app, browser, { as: identityOf({ tenant: null }) });
    expect(back.status).toBe(303);
    expect(await meOf(browser)).toMatchObject({ status: 200, body: { tenant: null, roles: [] } });
  });

  test("of a machine is refused", async () => {
    const app = await createApp();
    const browser = app.browser();
    const back = await signIn(app, browser, { as: identityOf({ kind: "service" }) });
    expect(back.status).toBe(400);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("of someone the directory refuses shows whom to ask, and begins nothing", async () => {
    const app = await createApp({ onUnknown: { signIn: "refuse" } });
    const browser = app.browser();
    const back = await signIn(app, browser);
    expect(back.status).toBe(403);
    expect(await back.text()).toContain("Ask your administrator");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });
});

describe("the tenant that was asked for", () => {
  test("is named to the provider in its own words", async () => {
    const app = await createApp();
    await app.browser().get("/auth/login?tenant=globex");
    expect(app.fake.starts[0]?.tenant).toEqual({ external: "org_globex", slug: "globex" });
  });

  test.each([
    ["another one", identityOf()],
    ["none", identityOf({ tenant: null })],
  ])("and not met by %s gives a page and no session", async (_, as) => {
    const app = await createApp();
    const browser = app.browser();
    const back = await signIn(app, browser, { as, query: "?tenant=globex&returnTo=/t/globex" });
    expect(back.status).toBe(403);
    expect(await back.text()).toContain("another organization than the one asked for");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("and not met keeps the session that was there before", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    await signIn(app, browser, { query: "?tenant=globex" });
    expect(await meOf(browser)).toMatchObject({ status: 200, body: { tenant: { slug: "acme" } } });
  });

  test("teaches the directory nothing if the answer is for another", async () => {
    const app = await createApp();
    await signIn(app, app.browser(), { query: "?tenant=globex" });
    const members = await app.stores.memberships.listByTenant(ACME.id);
    expect(members.items).toEqual([]);
  });

  test("is compared in local words where the configuration names the tenant", async () => {
    const app = await createApp();
    const local = identityOf({ tenant: { local: "acme" } });
    expect((await signIn(app, app.browser(), { as: local, query: "?tenant=acme" })).status).toBe(
      303,
    );
    expect((await signIn(app, app.browser(), { as: local, query: "?tenant=globex" })).status).toBe(
      403,
    );
  });

  test("may be unknown here until its first person brings it", async () => {
    const app = await createApp();
    const initech = identityOf({ tenant: { external: "org_initech", slug: "initech" } });
    const query = "?tenant=initech";
    expect((await signIn(app, app.browser(), { as: identityOf(), query })).status).toBe(403);
    expect((await signIn(app, app.browser(), { as: initech, query })).status).toBe(303);
  });

  test("looks the same from outside whether it exists or not", async () => {
    const app = await createApp();
    const [known, unknown] = await Promise.all(
      ["globex", "nobody"].map(async (slug) => app.browser().get(`/auth/login?tenant=${slug}`)),
    );
    expect(known?.status).toBe(unknown?.status);
    expect(new URL(known?.headers.get("location") ?? "").pathname).toBe(
      new URL(unknown?.headers.get("location") ?? "").pathname,
    );
  });
});

describe("the choice of the provider", () => {
  const chosen = (app: App) => app.fake.starts.map(({ connectionId }) => connectionId);

  test.each([
    "?tenant=acme",
    "?email=ada@acme.example",
    "?email=Ada@ACME.example",
    "?connection=acme-okta",
    "?tenant=acme&email=someone@elsewhere.example",
    "?tenant=acme&connection=acme-okta",
  ])("falls on the tenant's own connection for %s", async (query) => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf());
    await app.browser().get(`/auth/login${query}`);
    expect(chosen(app)).toEqual(["acme-okta"]);
  });

  test.each(["", "?tenant=globex", "?email=bob@globex.example", "?provider=acme-idp"])(
    "falls on the default provider for %s",
    async (query) => {
      const app = await createApp();
      await app.stores.connections.put(connectionOf());
      await app.browser().get(`/auth/login${query}`);
      expect(chosen(app)).toEqual([undefined]);
    },
  );

  test("row 32: does not follow a domain that a connection lists but its tenant has not verified", async () => {
    const app = await createApp();
    await app.stores.connections.put(
      connectionOf({ emailDomains: ["globex.example", "unverified.example"] }),
    );
    for (const email of [
      "bob@globex.example",
      "x@unverified.example",
      "x@acme.example@globex.example",
    ]) {
      await app.browser().get(`/auth/login?email=${encodeURIComponent(email)}`);
    }
    expect(chosen(app)).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ["?connection=unknown", {}],
    ["?connection=acme-okta", { enabled: false }],
    ["?connection=acme-okta&tenant=globex", {}],
    ["?provider=nobody", {}],
    ["?tenant=Not%20a%20slug", {}],
  ])("is refused for %s", async (query, changes) => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf(changes));
    const response = await app.browser().get(`/auth/login${query}`);
    expect(response.status).toBe(400);
    expect(app.fake.starts).toEqual([]);
  });

  test("does not fall on a disabled connection", async () => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf({ enabled: false }));
    await app.browser().get("/auth/login?tenant=acme");
    expect(chosen(app)).toEqual([undefined]);
  });

  test("asks for an e-mail address when nothing decides and the default provider cannot start", async () => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf());
    app.fake.answers.start = ({ connectionId, flowId }) =>
      connectionId === undefined
        ? { kind: "refused", reason: "connection_required" }
        : { kind: "redirect", location: `https://okta.example/?state=${flowId}`, state: {} };
    const browser = app.browser();
    const page = await browser.get("/auth/login?returnTo=/notes");
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('type="email"');
    expect(html).toContain('name="returnTo" value="/notes"');

    const unknown = await browser.post("/auth/login", { email: "x@nowhere.example" });
    expect(await unknown.text()).toContain("No sign-in is set up for this address.");
    const started = await browser.post("/auth/login", { email: "ada@acme.example" });
    expect(started.headers.get("location")).toMatch(/^https:\/\/okta\.example/);
    expect(app.fake.starts.at(-1)?.loginHint).toBe("ada@acme.example");
  });

  test("asks for an e-mail address when a tenant has several connections, and follows its domain", async () => {
    const app = await createApp();
    const domains = ["acme.example", "acme-labs.example"].map((name) => ({ name, verified: true }));
    await app.stores.tenants.update(ACME.id, { domains });
    await app.stores.connections.put(connectionOf());
    await app.stores.connections.put(
      connectionOf({ id: "acme-labs", clientId: "labs", emailDomains: ["acme-labs.example"] }),
    );
    const page = await app.browser().get("/auth/login?tenant=acme");
    expect(await page.text()).toContain('type="email"');
    await app.browser().get("/auth/login?tenant=acme&email=x@acme-labs.example");
    expect(chosen(app)).toEqual(["acme-labs"]);
  });

  test("row 35: takes tenant and e-mail only from the connection a person came through", async () => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf());
    const signInAt = async (as: ReturnType<typeof identityOf>) => {
      const browser = app.browser();
      const state = stateOf(await browser.get("/auth/login?tenant=acme"));
      app.fake.answers.resume = () => ({ kind: "done", identity: as });
      const back = await browser.get(`/auth/callback/acme-idp/acme-okta?state=${state}`);
      return { back, browser };
    };
    const own = await signInAt(identityOf({ tenant: null }));
    expect(own.back.status).toBe(303);
    expect(await meOf(own.browser)).toMatchObject({ body: { tenant: { slug: "acme" } } });
    const foreign = await signInAt(identityOf({ tenant: { external: "org_globex" } }));
    expect(foreign.back.status).toBe(400);
    expect(foreign.browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("does not sign in through a connection that was disabled meanwhile", async () => {
    const app = await createApp();
    await app.stores.connections.put(connectionOf());
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login?tenant=acme"));
    await app.stores.connections.put(connectionOf({ enabled: false }));
    app.fake.answers.resume = () => ({ kind: "done", identity: identityOf({ tenant: null }) });
    const back = await browser.get(`/auth/callback/acme-idp/acme-okta?state=${state}`);
    expect(back.status).toBe(400);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("falls on the provider that knows the tenant, before the default one", async () => {
    const other = fakeProvider({ instance: "other-idp" });
    const app = await createApp();
    const both = await createApp({
      providers: [other.provider, app.fake.provider],
      defaultProvider: "other-idp",
    });
    await both.browser().get("/auth/login?tenant=acme");
    await both.browser().get("/auth/login");
    expect(app.fake.starts).toHaveLength(1);
    expect(other.starts).toHaveLength(1);
  });
});

describe("steps in between", () => {
  const prompt: LoginStep = {
    kind: "prompt",
    title: "Enter the code",
    text: ["We sent it to <your phone>."],
    fields: [{ name: "code", label: "Code", type: "otp" }],
    state: { attempt: 1 },
  };

  const flowOf = (html: string) => /name="flow" value="([^"]+)"/.exec(html)?.[1] ?? "";

  test("show a form, whose fields reach the adapter with its notes", async () => {
    const app = await createApp();
    app.fake.answers.start = () => prompt;
    const browser = app.browser();
    const page = await browser.get("/auth/login?returnTo=/notes");
    const html = await page.text();
    expect(html).toContain('autocomplete="one-time-code"');
    expect(html).toContain("<p>We sent it to &lt;your phone&gt;.</p>");
    const done = await browser.post("/auth/login", { flow: flowOf(html), code: "123456" });
    expect(app.fake.resumes[0]).toMatchObject({ form: { code: "123456" }, state: { attempt: 1 } });
    expect(app.fake.resumes[0]?.form).not.toHaveProperty("flow");
    expect(done.headers.get("location")).toBe("/notes");
    expect((await meOf(browser)).status).toBe(200);
  });

  test("may repeat, each of them once", async () => {
    const app = await createApp();
    app.fake.answers.start = () => prompt;
    const browser = app.browser();
    const flow = flowOf(await (await browser.get("/auth/login")).text());
    const before = new Map(browser.cookies);
    app.fake.answers.resume = () => prompt;
    expect((await browser.post("/auth/login", { flow, code: "1" })).status).toBe(200);
    expect((await browser.post("/auth/login", { flow, code: "2" })).status).toBe(200);
    for (const [name, value] of before) browser.cookies.set(name, value);
    expect((await browser.post("/auth/login", { flow, code: "3" })).status).toBe(400);
    expect(app.fake.resumes).toHaveLength(2);
  });

  test("row 38: need the cookie of their flow", async () => {
    const app = await createApp();
    app.fake.answers.start = () => prompt;
    const flow = flowOf(await (await app.browser().get("/auth/login")).text());
    const other = await app.browser().post("/auth/login", { flow, code: "1" });
    expect(other.status).toBe(400);
    expect(app.fake.resumes).toEqual([]);
  });

  test("cannot be skipped through the callback, nor the callback through a form", async () => {
    const app = await createApp();
    app.fake.answers.start = () => prompt;
    const browser = app.browser();
    const flow = flowOf(await (await browser.get("/auth/login")).text());
    expect((await browser.get(`/auth/callback/acme-idp?state=${flow}`)).status).toBe(400);

    const plain = await createApp();
    const second = plain.browser();
    const state = stateOf(await second.get("/auth/login"));
    expect((await second.post("/auth/login", { flow: state })).status).toBe(400);
    expect([...app.fake.resumes, ...plain.fake.resumes]).toEqual([]);
  });

  test("let a person choose an organization, with names made harmless", async () => {
    const app = await createApp();
    app.fake.answers.start = () => ({
      kind: "chooseTenant",
      choices: [
        { external: "org_acme", name: "<script>alert(1)</script>" },
        { external: '"><script>', name: "Globex", needsStepUp: true },
      ],
      state: {},
    });
    const html = await (await app.browser().get("/auth/login")).text();
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain('name="choice" value="org_acme"');
  });

  test("may end in a person's mailbox and come back at the callback", async () => {
    const app = await createApp();
    let state = "";
    app.fake.answers.start = ({ flowId }) => {
      state = flowId;
      return { kind: "checkMail", email: "ada@acme.example", state: {} };
    };
    const browser = app.browser();
    expect(await (await browser.get("/auth/login")).text()).toContain("ada@acme.example");
    expect((await browser.get(`/auth/callback/acme-idp?state=${state}`)).status).toBe(303);
  });

  test("may send the browser on for a second factor", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    app.fake.answers.resume = () => ({
      kind: "stepUp",
      reason: "mfa",
      location: `https://idp.example/mfa?state=${state}`,
      state: { stage: "mfa" },
    });
    const stepUp = await browser.get(`/auth/callback/acme-idp?state=${state}`);
    expect(stepUp.headers.get("location")).toContain("/mfa");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    app.fake.answers.resume = () => ({ kind: "done", identity: identityOf() });
    expect((await browser.get(`/auth/callback/acme-idp?state=${state}`)).status).toBe(303);
    expect(app.fake.resumes.map((resume) => resume.state)).toEqual([
      { nonce: "a-nonce" },
      { stage: "mfa" },
    ]);
  });

  test.each(["javascript:alert(1)", "not an address", "data:text/html,x"])(
    "never send the browser to %s",
    async (location) => {
      const app = await createApp();
      app.fake.answers.start = () => ({ kind: "redirect", location, state: {} });
      const response = await app.browser().get("/auth/login");
      expect(response.status).toBe(500);
      expect(response.headers.get("location")).toBeNull();
    },
  );

  test("drop a long way back before they fail for the size of a cookie", async () => {
    const app = await createApp();
    app.fake.answers.start = ({ flowId }) => ({
      kind: "redirect",
      location: `https://idp.example/?state=${flowId}`,
      state: { notes: "x".repeat(1500) },
    });
    const browser = app.browser();
    const back = await signIn(app, browser, { query: `?returnTo=/${"a".repeat(1500)}` });
    expect(back.headers.get("location")).toBe("/");
  });
});

describe("a provider", () => {
  const retry = (html: string) =>
    (/href="([^"]+)"[^>]*>Try again/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");

  test.each<[string, () => LoginStep]>([
    ["is unavailable", () => ({ kind: "unavailable", reason: "provider_unavailable" })],
    [
      "throws",
      () => {
        throw new TypeError("fetch failed: https://secret.example");
      },
    ],
  ])("that %s gives a 503 that offers another try, and loses nothing", async (_, answer) => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const query = "?tenant=acme&returnTo=/t/acme/notes";
    const state = stateOf(await browser.get(`/auth/login${query}`));
    app.fake.answers.resume = answer;
    const back = await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
    expect(back.status).toBe(503);
    const html = await back.text();
    expect(html).not.toContain("secret.example");
    expect(JSON.stringify(app.logs)).not.toContain("secret.example");
    const again = new URL(retry(html), "https://app.example.com");
    expect(again.searchParams.get("tenant")).toBe("acme");
    expect(again.searchParams.get("returnTo")).toBe("/t/acme/notes");
    expect((await meOf(browser)).status).toBe(200);
  });

  test("that cannot be reached at the start gives a 503", async () => {
    const app = await createApp();
    app.fake.answers.start = () => ({ kind: "unavailable", reason: "keys_unavailable" });
    const response = await app.browser().get("/auth/login?returnTo=/notes");
    expect(response.status).toBe(503);
    expect(retry(await response.text())).toContain("returnTo=%2Fnotes");
  });

  test("that refuses gives a page without its words", async () => {
    const app = await createApp();
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login"));
    app.fake.answers.resume = () => ({ kind: "refused", reason: "access_denied" });
    const back = await browser.get(
      `/auth/callback/acme-idp?error=access_denied&error_description=VENDORTEXT&state=${state}`,
    );
    expect(back.status).toBe(400);
    const html = await back.text();
    expect(html).not.toContain("VENDORTEXT");
    expect(html).not.toContain("access_denied");
    expect(retry(html)).toContain("/auth/login");
    expect(flowCookies(browser)).toEqual([]);
  });
});

describe("row 22: a store that is down", () => {
  test.each(["sessions", "replay", "users", "links"] as const)(
    "gives a 503 and no session (%s)",
    async (name) => {
      const app = await createApp();
      const browser = app.browser();
      const state = stateOf(await browser.get("/auth/login"));
      const store = app.stores[name] as unknown as Record<string, unknown>;
      for (const method of Object.keys(store)) breakMethod(store, method);
      const back = await browser.get(`/auth/callback/acme-idp?code=x&state=${state}`);
      expect(back.status).toBe(503);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
      expect(JSON.stringify(app.logs)).not.toContain("password");
    },
  );
});

describe("signing in again", () => {
  test("asks the same person, at the same place, in the same tenant", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser, { as: identityOf({ tenant: { external: "org_globex" } }) });
    await browser.get("/auth/login?reauthenticate=1&returnTo=/notes");
    expect(app.fake.starts.at(-1)).toMatchObject({
      reauthenticate: true,
      tenant: { external: "org_globex" },
    });
  });

  test("row 19: gives a new session id", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const before = browser.cookies.get(SESSION_COOKIE);
    const back = await signIn(app, browser, { query: "?reauthenticate=1" });
    expect(back.status).toBe(303);
    expect(browser.cookies.get(SESSION_COOKIE)).not.toBe(before);
  });

  test("refuses another person than the one who is signed in", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const bob = identityOf({ subject: "subject-of-bob", name: "Bob" });
    const back = await signIn(app, browser, { as: bob, query: "?reauthenticate=1" });
    expect(back.status).toBe(400);
    expect(await meOf(browser)).toMatchObject({ body: { principal: { name: "Ada" } } });
  });

  test("lets anybody sign in where nobody is signed in, or in another tenant", async () => {
    const app = await createApp();
    const browser = app.browser();
    const bob = identityOf({ subject: "subject-of-bob", name: "Bob" });
    expect((await signIn(app, browser, { as: bob, query: "?reauthenticate=1" })).status).toBe(303);
    const ada = identityOf({ tenant: { external: "org_globex" } });
    const query = "?reauthenticate=1&tenant=globex";
    expect((await signIn(app, browser, { as: ada, query })).status).toBe(303);
  });
});

describe("two tenants", () => {
  test("know the same person apart, each by its own session", async () => {
    const app = await createApp();
    const [first, second] = [app.browser(), app.browser()];
    await signIn(app, first);
    await signIn(app, second, {
      as: identityOf({ tenant: { external: "org_globex" }, roles: ["admin"] }),
    });
    expect(await meOf(first)).toMatchObject({
      body: { tenant: { id: ACME.id }, permissions: ["note:read"] },
    });
    expect(await meOf(second)).toMatchObject({
      body: { tenant: { id: GLOBEX.id }, permissions: ["note:read", "note:write"] },
    });
  });

  test("stay apart when a third one is provisioned with a taken slug", async () => {
    const app = await createApp();
    await addTenant(app.stores, tenantOf("initech"), "org_initech");
    const browser = app.browser();
    const impostor = identityOf({ tenant: { external: "org_evil", slug: "acme", name: "Acme" } });
    const back = await signIn(app, browser, { as: impostor, query: "?tenant=acme" });
    expect(back.status).toBe(403);
  });
});
