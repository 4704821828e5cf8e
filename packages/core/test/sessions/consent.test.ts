import { describe, expect, test } from "vitest";
import { ok, reject } from "../../src/internal/result.ts";
import {
  ADDRESS,
  adaAtThePage,
  CLIENT,
  providerWithPage,
  QUERY,
  REDIRECT_URI,
  requestIn,
  requestOf,
  say,
} from "./consent-kit.ts";
import { ACME, breakMethod, createApp, GLOBEX, identityOf, signIn, stateOf } from "./kit.ts";

const globex = identityOf({ tenant: { external: "org_globex" } });
const WHO = { subject: "subject-of-ada", tenant: { external: "org_acme", name: ACME.name } };

describe("the page of consent", () => {
  test("shows who asks, for whom, where and for what", async () => {
    const { ada, starts } = await adaAtThePage();
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(200);
    const body = await response.text();
    for (const fact of ["Agent", CLIENT, ">agent.example<", "ada@acme.example", ACME.name]) {
      expect(body).toContain(fact);
    }
    expect(body).toContain("<code>note:read</code>");
    expect(body).not.toContain("program on this computer");
    expect(starts).toHaveLength(1);
    expect(starts[0]?.who).toEqual(WHO);
    expect(starts[0]?.query.toString()).toBe(QUERY);
  });

  test("may not be framed, stored or scripted", async () => {
    const { ada } = await adaAtThePage();
    const { headers } = await ada.get(ADDRESS);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  });

  test("asks each time, whatever was said before", async () => {
    const { ada, decisions } = await adaAtThePage();
    expect((await say(ada, await requestIn(ada))).status).toBe(303);
    expect((await ada.get(ADDRESS)).status).toBe(200);
    expect(decisions).toHaveLength(1);
  });

  test("is there for a front end as data", async () => {
    const { ada } = await adaAtThePage();
    const response = await ada.get(ADDRESS, { accept: "application/json" });
    expect(await response.json()).toMatchObject({
      page: { kind: "consent", client: { id: CLIENT }, tenant: ACME.name },
    });
  });

  test("asks nobody at the vendor about an address that is too long", async () => {
    const { ada, starts } = await adaAtThePage();
    expect((await ada.get(`${ADDRESS}&x=${"a".repeat(2000)}`)).status).toBe(400);
    expect(starts).toEqual([]);
  });

  test("hands a repeated parameter on, for the adapter to refuse", async () => {
    const { ada, starts } = await adaAtThePage();
    await ada.get(`${ADDRESS}&client_id=other`);
    expect(starts[0]?.query.getAll("client_id")).toEqual(["agent", "other"]);
  });

  test.each([
    ["javascript:alert(1)"],
    ["data:text/html,x"],
    ["intent://x#Intent;end"],
    ["http://agent.example/callback"],
    ["http://127.0.0.1.evil.example/callback"],
    ["https://ada@agent.example/callback"],
    ["https://agent.example/callback#here"],
    ["not an address"],
  ])("sends nobody to %s", async (redirectUri) => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => ok(requestOf({ redirectUri }));
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain("<form");
  });

  test.each([
    ["http://localhost:8976/callback", "http://localhost:8976"],
    ["http://127.0.0.1:1/callback", "http://127.0.0.1:1"],
    ["http://[::1]:1/callback", "http://[::1]:1"],
    ["cursor://agent.mcp/callback", "cursor://agent.mcp"],
    ["com.example.agent:/callback", "com.example.agent://"],
  ])("warns that %s is a program of this computer", async (redirectUri, shown) => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => ok(requestOf({ redirectUri }));
    const body = await (await ada.get(ADDRESS)).text();
    expect(body).toContain("program on this computer");
    expect(body).toContain(`<code>${shown}</code>`);
  });

  test.each([
    [null, "An application without a name"],
    ["\u202e \n", "An application without a name"],
    ["Agent\u202egnorw\u2028no", "Agent gnorw no"],
    ["A".repeat(300), `${"A".repeat(80)}…`],
    ["<b>Agent</b>", "&lt;b&gt;Agent&lt;/b&gt;"],
  ])("makes a name one harmless line", async (name, shown) => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => ok(requestOf({ name }));
    expect(await (await ada.get(ADDRESS)).text()).toContain(`<strong>${shown}</strong>`);
  });

  test("asks for nothing where nothing can be granted", async () => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => ok({ ...requestOf(), scopes: [] });
    expect((await ada.get(ADDRESS)).status).toBe(400);
  });

  test.each(["GET", "POST"])("does not exist at a provider with its own: %s", async (method) => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const response = method === "GET" ? await browser.get(ADDRESS) : await say(browser, "x");
    expect(response.status).toBe(404);
  });

  test("does not exist for an unknown provider, nor below one", async () => {
    const { ada } = await adaAtThePage();
    expect((await ada.get("/auth/authorize/other")).status).toBe(404);
    expect((await ada.get("/auth/authorize/acme-idp/more")).status).toBe(404);
    expect((await ada.get("/auth/authorize")).status).toBe(404);
  });
});

describe("an answer", () => {
  test("of yes goes to the vendor for what was shown, and back to the client", async () => {
    const { ada, decisions } = await adaAtThePage();
    const response = await say(ada, await requestIn(ada));
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${REDIRECT_URI}?code=c1`);
    expect(decisions).toHaveLength(1);
    const { query, ...decision } = decisions[0] ?? { query: new URLSearchParams() };
    expect(query.toString()).toBe(QUERY);
    expect(decision).toEqual({ who: WHO, granted: true, scopes: ["openid", "note:read"] });
  });

  test("of no tells the client so", async () => {
    const { ada, decisions } = await adaAtThePage();
    const response = await say(ada, await requestIn(ada), "deny");
    expect(response.headers.get("location")).toBe(`${REDIRECT_URI}?error=access_denied`);
    expect(decisions[0]).toMatchObject({ granted: false });
  });

  test.each([true, false])("is on the tenant's record: %s", async (granted) => {
    const { ada, stores } = await adaAtThePage();
    await say(ada, await requestIn(ada), granted ? "allow" : "deny");
    const { items } = await stores.audit.listByTenant(ACME.id);
    expect(items.find(({ type }) => type === "client.consented")).toMatchObject({
      outcome: "ok",
      principal: { kind: "user" },
      details: { instance: "acme-idp", clientId: CLIENT, granted, scopes: "openid note:read" },
    });
  });

  test.each(["", "yes", "ALLOW", "true"])("of %j is none", async (decision) => {
    const { ada, decisions } = await adaAtThePage();
    expect((await say(ada, await requestIn(ada), decision)).status).toBe(400);
    expect(decisions).toEqual([]);
  });

  test("counts once", async () => {
    const { ada, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    expect((await say(ada, request)).status).toBe(303);
    expect((await say(ada, request)).status).toBe(400);
    expect(decisions).toHaveLength(1);
  });

  test("counts once of two at the same time", async () => {
    const { ada, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    const both = await Promise.all([say(ada, request), say(ada, request, "deny")]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 400]);
    expect(decisions).toHaveLength(1);
  });

  test("is good for ten minutes", async () => {
    const { ada, clock, decisions } = await adaAtThePage();
    const [first, second] = [await requestIn(ada), await requestIn(ada)];
    clock.advance(599_999);
    expect((await say(ada, first)).status).toBe(303);
    clock.advance(1);
    expect((await say(ada, second)).status).toBe(400);
    expect(decisions).toHaveLength(1);
  });

  test.each([
    ["of another site", { origin: "https://evil.example" }],
    ["of a page without an origin", { origin: "null" }],
    ["of a sandboxed frame", { origin: "null", "sec-fetch-site": "cross-site" }],
  ])("%s is refused", async (_where, headers) => {
    const { ada, decisions } = await adaAtThePage();
    const response = await say(ada, await requestIn(ada), "allow", headers);
    expect(response.status).toBe(403);
    expect(decisions).toEqual([]);
  });

  test("to what another browser was shown is refused, even of the same person", async () => {
    const { ada, app, decisions } = await adaAtThePage();
    const other = app.browser();
    await signIn(app, other);
    expect((await say(ada, await requestIn(other))).status).toBe(400);
    expect(decisions).toEqual([]);
  });

  test("to what was shown in another tenant is refused", async () => {
    const { app, ada, decisions } = await adaAtThePage();
    await signIn(app, ada, { as: globex });
    const request = await requestIn(ada);
    const started = await ada.post("/auth/switch", { tenant: "acme" });
    app.fake.answers.resume = () => ({ kind: "done", identity: identityOf() });
    await ada.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect((await say(ada, request)).status).toBe(400);
    expect(decisions).toEqual([]);
    expect((await say(ada, await requestIn(ada))).status).toBe(303);
  });

  test("to what another provider's page has shown is refused", async () => {
    const second = providerWithPage("other-idp");
    const first = providerWithPage();
    const app = await createApp({
      fake: first.fake,
      providers: [first.fake.provider, second.fake.provider],
    });
    const ada = app.browser();
    await signIn(app, ada);
    const request = await requestIn(ada);
    const elsewhere = { request, decision: "allow" };
    expect((await ada.post("/auth/authorize/other-idp", elsewhere)).status).toBe(401);
    expect(second.decisions).toEqual([]);
    expect((await say(ada, request)).status).toBe(303);
  });

  test.each(["", "1.x.y"])("to %j is refused", async (request) => {
    const { ada, decisions } = await adaAtThePage();
    expect((await say(ada, request)).status).toBe(400);
    expect(decisions).toEqual([]);
  });

  test("to what was sealed for a sign-in is refused", async () => {
    const { ada, decisions } = await adaAtThePage();
    await ada.get("/auth/login");
    const flows = [...ada.cookies].filter(([name]) => name.includes("-flow-"));
    expect(flows).toHaveLength(1);
    for (const [, value] of flows) expect((await say(ada, value)).status).toBe(400);
    expect(decisions).toEqual([]);
  });

  test.each([
    "https://evil.example/callback?code=c1",
    "https://agent.example/other?code=c1",
    "http://agent.example/callback?code=c1",
    "https://agent.example:8443/callback?code=c1",
    "https://x@agent.example/callback?code=c1",
    "javascript:alert(1)",
    "/callback",
    "",
  ])("never goes to %j, where the page did not say", async (location) => {
    const { ada, says, stores } = await adaAtThePage();
    says.decide = async () => ok({ location });
    const response = await say(ada, await requestIn(ada));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    const { items } = await stores.audit.listByTenant(ACME.id);
    expect(items.some(({ type }) => type === "client.consented")).toBe(false);
  });

  test("of yes is none where the vendor names no way on", async () => {
    const { ada, says } = await adaAtThePage();
    says.decide = async () => ok({ location: null });
    expect((await say(ada, await requestIn(ada))).status).toBe(400);
  });
});

describe("a client of a native program", () => {
  test.each([
    ["cursor://agent.mcp/callback", "cursor://agent.mcp/callback?code=c1", 303],
    ["cursor://agent.mcp/callback", "cursor://other.mcp/callback?code=c1", 400],
    ["com.example.agent:/callback", "com.example.agent:/callback?code=c1", 303],
    ["com.example.agent:/callback", "com.example.other:/callback?code=c1", 400],
  ])("at %s and sent to %s is answered %i", async (redirectUri, location, status) => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => ok(requestOf({ redirectUri }));
    says.decide = async () => ok({ location });
    expect((await say(ada, await requestIn(ada))).status).toBe(status);
  });
});

describe("the one who is asked", () => {
  test("signs in at this very provider first, and comes back to the question", async () => {
    const first = providerWithPage("other-idp");
    const second = providerWithPage();
    const app = await createApp({
      fake: second.fake,
      providers: [first.fake.provider, second.fake.provider],
    });
    const ada = app.browser();
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(303);
    const login = response.headers.get("location") ?? "";
    expect(new URL(login, "https://x").searchParams.get("provider")).toBe("acme-idp");
    const started = await ada.get(login);
    expect(second.fake.starts).toHaveLength(1);
    second.fake.answers.resume = () => ({ kind: "done", identity: identityOf() });
    const back = await ada.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect(back.headers.get("location")).toBe(ADDRESS);
    expect((await ada.get(ADDRESS)).status).toBe(200);
  });

  test("is nobody whose session is another provider's", async () => {
    const first = providerWithPage();
    const second = providerWithPage("other-idp");
    const app = await createApp({
      fake: first.fake,
      providers: [first.fake.provider, second.fake.provider],
    });
    const ada = app.browser();
    await signIn(app, ada);
    const response = await ada.get(`/auth/authorize/other-idp?${QUERY}`);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toContain("/auth/login?provider=other-idp&returnTo=");
    expect(second.starts).toEqual([]);
  });

  test("is nobody whose session has expired meanwhile", async () => {
    const { ada, clock, decisions } = await adaAtThePage({ session: { absoluteSeconds: 300 } });
    const request = await requestIn(ada);
    clock.advance(300_000);
    expect((await say(ada, request)).status).toBe(401);
    expect(decisions).toEqual([]);
  });

  test("is nobody who has signed out meanwhile", async () => {
    const { ada, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    const cookies = new Map(ada.cookies);
    await ada.post("/auth/logout");
    for (const [name, value] of cookies) ada.cookies.set(name, value);
    expect((await say(ada, request)).status).toBe(401);
    expect(decisions).toEqual([]);
  });

  test("is nobody with a bearer token", async () => {
    const { app, decisions } = await adaAtThePage();
    const stranger = app.browser();
    const response = await say(stranger, "x", "allow", { authorization: "Bearer x.y.z" });
    expect(response.status).toBe(401);
    expect(decisions).toEqual([]);
  });

  test("is a member of the tenant today", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    const { items } = await stores.memberships.listByTenant(ACME.id);
    expect(items).toHaveLength(1);
    for (const membership of items) {
      const versionMs = membership.versionMs + 1;
      await stores.memberships.apply({ ...membership, status: "suspended", versionMs });
    }
    const response = await say(ada, request);
    expect([401, 403]).toContain(response.status);
    expect(decisions).toEqual([]);
    expect((await ada.get(ADDRESS)).status).not.toBe(200);
  });

  test("is in a tenant that is open", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    await stores.tenants.put({ ...ACME, status: "suspended" });
    expect((await say(ada, request)).status).toBe(403);
    expect((await ada.get(ADDRESS)).status).toBe(403);
    expect(decisions).toEqual([]);
  });

  test("is in a tenant at all", async () => {
    const { ada, starts } = await adaAtThePage({ as: { tenant: null, roles: [] } });
    expect((await ada.get(ADDRESS)).status).toBe(403);
    expect(starts).toEqual([]);
  });

  test("is the person, and not who acts for them", async () => {
    const actors = [{ kind: "impersonator", id: "staff@idp.example" }];
    const { ada, starts } = await adaAtThePage({ as: { actors } });
    expect((await ada.get(ADDRESS)).status).toBe(403);
    expect(starts).toEqual([]);
  });

  test("is no supporter who has entered the tenant", async () => {
    const { ada, starts, decisions } = await adaAtThePage({
      as: { roles: ["support"] },
      crossTenant: { internalTenant: "acme", role: "support", grants: "member" },
    });
    const request = await requestIn(ada);
    const entered = await ada.post("/auth/enter", { tenant: "globex", reason: "ticket 4711" });
    expect(entered.status).toBe(303);
    const refused = await ada.get(ADDRESS, { accept: "application/json" });
    expect(await refused.json()).toMatchObject({ error: { code: "permission_denied" } });
    expect((await say(ada, request)).status).toBe(403);
    expect(starts).toHaveLength(1);
    expect(decisions).toEqual([]);
  });

  test("may sign in as somebody else, and comes back", async () => {
    const { ada } = await adaAtThePage();
    const body = await (await ada.get(ADDRESS)).text();
    const link = /href="([^"]*login[^"]*)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const { searchParams } = new URL(link, "https://x");
    expect(searchParams.get("provider")).toBe("acme-idp");
    expect(searchParams.get("returnTo")).toBe(ADDRESS);
  });

  test("is asked in the tenant that the client wants to act in, and in no other", async () => {
    const { app, ada, says } = await adaAtThePage();
    says.start = async () => ok({ ...requestOf(), tenant: "globex" });
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(303);
    const login = response.headers.get("location") ?? "";
    expect(new URL(login, "https://x").searchParams.get("tenant")).toBe("globex");
    const started = await ada.get(login);
    app.fake.answers.resume = () => ({ kind: "done", identity: identityOf() });
    const elsewhere = await ada.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect(elsewhere.status).toBe(403);

    const again = await ada.get(login);
    app.fake.answers.resume = () => ({ kind: "done", identity: globex });
    const back = await ada.get(`/auth/callback/acme-idp?state=${stateOf(again)}`);
    expect(back.headers.get("location")).toBe(ADDRESS);
    expect(await (await ada.get(ADDRESS)).text()).toContain(`Allow in ${GLOBEX.name}`);
  });

  test.each([
    [ACME.slug, 200, null],
    [ACME.id, 200, null],
    [GLOBEX.id, 303, "globex"],
    ["tnt_of_others", 303, "tnt_of_others"],
  ])("is asked about the tenant %s by name or id", async (tenant, status, named) => {
    const { app, ada, says } = await adaAtThePage();
    await signIn(app, app.browser(), { as: globex });
    says.start = async () => ok({ ...requestOf(), tenant });
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(status);
    const login = new URL(response.headers.get("location") ?? "/", "https://x");
    expect(login.searchParams.get("tenant")).toBe(named);
  });

  test("may choose another tenant of theirs, and is asked again there", async () => {
    const { app, ada, starts, decisions } = await adaAtThePage();
    await signIn(app, app.browser(), { as: globex });
    const body = await (await ada.get(ADDRESS)).text();
    expect(body).toContain(`Use ${GLOBEX.name} instead`);
    const link = /href="([^"]*switch[^"]*)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect((await ada.get(link)).status).toBe(200);
    const returnTo = new URL(link, "https://x").searchParams.get("returnTo") ?? "";
    const started = await ada.post("/auth/switch", { tenant: "globex", returnTo });
    app.fake.answers.resume = () => ({ kind: "done", identity: globex });
    const back = await ada.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect(back.headers.get("location")).toBe(ADDRESS);
    await say(ada, await requestIn(ada, back.headers.get("location") ?? ""));
    expect(starts.at(-1)?.who.tenant.external).toBe("org_globex");
    expect(decisions[0]?.who.tenant).toEqual({ external: "org_globex", name: GLOBEX.name });
  });
});

describe("the tenant's rules about clients", () => {
  const rule = (decision: "allow" | "deny") => ({
    tenantId: ACME.id,
    subject: `client:acme-idp:${CLIENT}`,
    decision,
    firstSeenAtMs: 0,
    decidedAtMs: 0,
    decidedBy: "usr_admin",
  });

  test("come before the person's wish", async () => {
    const { ada, stores } = await adaAtThePage();
    await stores.clients.put(rule("deny"));
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(`${ACME.name} does not allow this application.`);
  });

  test("are those of the moment of the yes", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    await stores.clients.put(rule("deny"));
    expect((await say(ada, request)).status).toBe(403);
    expect(decisions).toEqual([]);
  });

  test("do not keep anybody from saying no", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    await stores.clients.put(rule("deny"));
    expect((await say(ada, request, "deny")).status).toBe(303);
    expect(decisions).toHaveLength(1);
  });

  test("are another tenant's business elsewhere", async () => {
    const { ada, stores } = await adaAtThePage();
    await stores.clients.put({ ...rule("deny"), tenantId: GLOBEX.id });
    expect((await say(ada, await requestIn(ada))).status).toBe(303);
  });

  test("keep out what they do not name, if the app says so", async () => {
    const { ada, stores } = await adaAtThePage({ consentPolicy: "deny" });
    expect((await ada.get(ADDRESS)).status).toBe(403);
    await stores.clients.put(rule("allow"));
    expect((await say(ada, await requestIn(ada))).status).toBe(303);
  });

  test("hear of a client when a person wants it, and not of what only was shown", async () => {
    const { ada, stores, decisions } = await adaAtThePage({ consentPolicy: "ask" });
    expect((await ada.get(ADDRESS)).status).toBe(200);
    expect((await stores.clients.listByTenant(ACME.id)).items).toEqual([]);
    const request = await requestIn(ada);
    const response = await say(ada, request);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("has to approve this application first");
    expect(decisions).toEqual([]);
    expect((await stores.clients.listByTenant(ACME.id)).items).toMatchObject([
      { decision: "pending", subject: `client:acme-idp:${CLIENT}` },
    ]);
    await stores.clients.put(rule("allow"));
    expect((await say(ada, request)).status).toBe(303);
  });
});

describe("a vendor that names the client itself", () => {
  const origin = "https://vendor.example";

  async function adaIsAsked() {
    const set = await adaAtThePage();
    set.says.start = async () => ok({ kind: "identity", origin });
    set.says.decide = async ({ granted }) =>
      ok({ location: granted ? `${origin}/continue?state=x` : null });
    return set;
  }

  test("is told who is there and in which tenant, after a yes", async () => {
    const { ada, decisions, stores } = await adaIsAsked();
    const body = await (await ada.get(ADDRESS)).text();
    expect(body).toContain("An application wants to act for");
    expect(body).toContain(`Continue in ${ACME.name}`);
    expect(body).toContain("The next page names the application");
    const response = await say(ada, await requestIn(ada));
    expect(response.headers.get("location")).toBe(`${origin}/continue?state=x`);
    expect(decisions[0]).toMatchObject({ who: WHO, granted: true, scopes: [] });
    const { items } = await stores.audit.listByTenant(ACME.id);
    expect(items.find(({ type }) => type === "client.consented")).toMatchObject({
      details: { clientId: null, granted: true },
    });
  });

  test("may have no way to hear of a no", async () => {
    const { ada, decisions, stores } = await adaIsAsked();
    const response = await say(ada, await requestIn(ada), "deny");
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("Nothing was allowed.");
    expect(decisions[0]).toMatchObject({ granted: false });
    const { items } = await stores.audit.listByTenant(ACME.id);
    expect(items.find(({ type }) => type === "client.consented")).toMatchObject({
      details: { granted: false },
    });
  });

  test.each([
    "https://evil.example/continue",
    "http://vendor.example/continue",
    "https://vendor.example.evil.example/",
    "https://x@vendor.example/",
    "javascript:alert(1)",
  ])("sends nobody to %s", async (location) => {
    const { ada, says } = await adaIsAsked();
    says.decide = async () => ok({ location });
    const response = await say(ada, await requestIn(ada));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
  });
});

describe("what could not be found out is a 503 and never a yes", () => {
  test("when the vendor does not answer the question", async () => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => reject("provider_unavailable", 7);
    const response = await ada.get(ADDRESS);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
  });

  test("when the adapter throws, and the log has its name only", async () => {
    const { ada, says, logs } = await adaAtThePage();
    says.start = () => Promise.reject(new TypeError("sk_live_secret"));
    expect((await ada.get(ADDRESS)).status).toBe(503);
    expect(logs).toContainEqual(
      expect.objectContaining({ event: "consent.adapter_failed", reason: "TypeError" }),
    );
    expect(JSON.stringify(logs)).not.toContain("sk_live_secret");
  });

  test("when the vendor does not answer the yes, which is used up then", async () => {
    const { ada, says } = await adaAtThePage();
    const request = await requestIn(ada);
    says.decide = async () => reject("provider_unavailable");
    expect((await say(ada, request)).status).toBe(503);
    expect((await say(ada, request)).status).toBe(400);
  });

  test("when it cannot be told whether the answer is the first", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    breakMethod(stores.replay, "claim");
    expect((await say(ada, request)).status).toBe(503);
    expect(decisions).toEqual([]);
  });

  test("when the tenant's rules cannot be read", async () => {
    const { ada, stores, decisions } = await adaAtThePage();
    const request = await requestIn(ada);
    const mend = breakMethod(stores.clients, "get");
    expect((await ada.get(ADDRESS)).status).toBe(503);
    expect((await say(ada, request)).status).toBe(503);
    expect(decisions).toEqual([]);
    mend();
    expect((await say(ada, request)).status).toBe(303);
  });

  test("when it cannot be put on record, and no code leaves", async () => {
    const { ada, stores } = await adaAtThePage();
    const request = await requestIn(ada);
    breakMethod(stores.audit, "append");
    const response = await say(ada, request);
    expect(response.status).toBe(503);
    expect(response.headers.get("location")).toBeNull();
    expect(await response.text()).not.toContain("code=c1");
  });

  test("while the vendor's own no is a 400", async () => {
    const { ada, says } = await adaAtThePage();
    says.start = async () => reject("idp_client_not_found");
    expect((await ada.get(ADDRESS)).status).toBe(400);
  });
});

test("sessions that are sealed in the cookie can answer too", async () => {
  const { ada, app } = await adaAtThePage({ session: { mode: "sealed" } });
  const other = app.browser();
  await signIn(app, other);
  expect((await say(ada, await requestIn(other))).status).toBe(400);
  expect((await say(ada, await requestIn(ada))).status).toBe(303);
});
