import { describe, expect, test } from "vitest";
import {
  ACME,
  createApp,
  GLOBEX,
  identityOf,
  ISSUER,
  signIn,
  stateOf,
  type App,
  type Browser,
} from "./kit.ts";

const SESSION_COOKIE = "__Host-tenantry";
const globex = identityOf({ tenant: { external: "org_globex" }, roles: ["admin"] });

const meOf = async (browser: Browser): Promise<unknown> =>
  (await browser.get("/auth/me", { accept: "application/json" })).json();

/** Ada is a member of both tenants and signed in to Acme. */
async function adaInBoth(
  options: { readonly app?: App; readonly tokens?: object } = {},
): Promise<{ app: App; browser: Browser }> {
  const app = options.app ?? (await createApp());
  await signIn(app, app.browser(), { as: globex });
  const browser = app.browser();
  await signIn(app, browser, { tokens: options.tokens ?? {} });
  app.fake.starts.length = 0;
  return { app, browser };
}

const withTokens = { tokens: { refreshToken: "vendor-refresh" } };

describe("switching to another tenant", () => {
  test("row 19: by a refresh that names it, under a new session id", async () => {
    const { app, browser } = await adaInBoth(withTokens);
    app.fake.answers.refresh = async () => ({ kind: "refreshed", identity: globex, tokens: {} });
    const before = browser.cookies.get(SESSION_COOKIE) ?? "";
    const response = await browser.post("/auth/switch", {
      tenant: "globex",
      returnTo: "/t/globex",
    });
    expect(response.headers.get("location")).toBe("/t/globex");
    expect(app.fake.refreshes.at(-1)?.tenant).toMatchObject({ external: "org_globex" });
    expect(app.fake.starts).toEqual([]);
    expect(await meOf(browser)).toMatchObject({
      tenant: { id: GLOBEX.id },
      permissions: ["note:read", "note:write"],
    });
    browser.cookies.set(SESSION_COOKIE, before);
    expect(await meOf(browser)).toMatchObject({ error: { code: "credential_invalid" } });
  });

  test("by a new sign-in that names it, where no refresh can", async () => {
    const { app, browser } = await adaInBoth();
    const started = await browser.post("/auth/switch", { tenant: "globex", returnTo: "/t/globex" });
    expect(app.fake.starts[0]?.tenant).toMatchObject({ external: "org_globex" });
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
    app.fake.answers.resume = () => ({ kind: "done", identity: globex });
    const back = await browser.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect(back.headers.get("location")).toBe("/t/globex");
    expect(await meOf(browser)).toMatchObject({ tenant: { id: GLOBEX.id } });
  });

  test("compares the answer of that sign-in with what was asked", async () => {
    const { app, browser } = await adaInBoth();
    const started = await browser.post("/auth/switch", { tenant: "globex" });
    app.fake.answers.resume = () => ({ kind: "done", identity: identityOf() });
    const back = await browser.get(`/auth/callback/acme-idp?state=${stateOf(started)}`);
    expect(back.status).toBe(403);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
  });

  test("compares the answer of the refresh with what was asked", async () => {
    const { app, browser } = await adaInBoth(withTokens);
    app.fake.answers.refresh = async () => ({
      kind: "refreshed",
      identity: identityOf(),
      tokens: {},
    });
    const response = await browser.post("/auth/switch", { tenant: "globex" });
    expect(response.status).toBe(403);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
  });

  test("falls back to a sign-in when the vendor refuses the refresh", async () => {
    const { app, browser } = await adaInBoth(withTokens);
    app.fake.answers.refresh = async () => ({ kind: "ended", reason: "sso_required" });
    const response = await browser.post("/auth/switch", { tenant: "globex" });
    expect(response.headers.get("location")).toMatch(/^https:\/\/idp\.example/);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
  });

  test("is a 503 when the vendor cannot answer, and nothing is lost", async () => {
    const { browser } = await adaInBoth(withTokens);
    expect((await browser.post("/auth/switch", { tenant: "globex" })).status).toBe(503);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
  });

  test("goes through the tenant's own connection if it has one", async () => {
    const { app, browser } = await adaInBoth(withTokens);
    await app.stores.connections.put({
      id: "globex-okta",
      instance: "acme-idp",
      tenantId: GLOBEX.id,
      issuer: ISSUER,
      clientId: "client",
      emailDomains: ["globex.example"],
      enabled: true,
      settings: {},
      sealedSecrets: {},
    });
    await browser.post("/auth/switch", { tenant: "globex" });
    expect(app.fake.refreshes).toEqual([]);
    expect(app.fake.starts[0]?.connectionId).toBe("globex-okta");
  });

  test.each(["POST", "GET"])(
    "to a foreign tenant gets exactly what an absent one gets (%s)",
    async (method) => {
      const app = await createApp();
      const browser = app.browser();
      await signIn(app, browser);
      const answers = await Promise.all(
        ["globex", "absent", "", "NOT A SLUG"].map(async (tenant) => {
          const response =
            method === "POST"
              ? await browser.post("/auth/switch", { tenant })
              : await browser.get(`/auth/switch?tenant=${encodeURIComponent(tenant)}`);
          return [response.status, [...response.headers], await response.text()];
        }),
      );
      expect(answers[0]?.[0]).toBe(404);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(app.fake.starts).toHaveLength(1);
    },
  );

  test("to a tenant one was removed from is as if it were foreign", async () => {
    const { app, browser } = await adaInBoth();
    const [membership] = (await app.stores.memberships.listByTenant(GLOBEX.id)).items;
    if (membership === undefined) throw new Error("no membership");
    await app.stores.memberships.apply({
      ...membership,
      status: "removed",
      versionMs: membership.versionMs + 1,
    });
    expect((await browser.post("/auth/switch", { tenant: "globex" })).status).toBe(404);
  });

  test("to a suspended tenant tells its members so", async () => {
    const { app, browser } = await adaInBoth();
    await app.stores.tenants.update(GLOBEX.id, { status: "suspended" });
    const response = await browser.post("/auth/switch", { tenant: "globex" });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("suspended");
  });

  test("to the tenant one is in goes straight on", async () => {
    const { app, browser } = await adaInBoth();
    const before = browser.cookies.get(SESSION_COOKIE);
    const response = await browser.post("/auth/switch", { tenant: "acme", returnTo: "/notes" });
    expect(response.headers.get("location")).toBe("/notes");
    expect(browser.cookies.get(SESSION_COOKIE)).toBe(before);
    expect(app.fake.starts).toEqual([]);
  });

  test("row 40: is refused to pages of another origin", async () => {
    const { app, browser } = await adaInBoth();
    const headers = { origin: "https://evil.example" };
    expect((await browser.post("/auth/switch", { tenant: "globex" }, headers)).status).toBe(403);
    expect(app.fake.starts).toEqual([]);
  });

  test("by a link shows a button that names the tenant, and changes nothing yet", async () => {
    const { app, browser } = await adaInBoth();
    const page = await browser.get("/auth/switch?tenant=globex&returnTo=/t/globex/notes");
    const html = await page.text();
    expect(html).toContain("Switch to The globex company");
    expect(html).toContain('name="returnTo" value="/t/globex/notes"');
    expect(app.fake.starts).toEqual([]);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id } });
  });

  test("by a link without a session leads to a sign-in for that tenant", async () => {
    const app = await createApp();
    const response = await app.browser().get("/auth/switch?tenant=globex&returnTo=/t/globex");
    expect(response.headers.get("location")).toBe(
      "/auth/login?tenant=globex&returnTo=%2Ft%2Fglobex",
    );
  });

  test("needs our session: neither nobody nor a bearer token switches", async () => {
    const app = await createApp();
    const nobody = app.browser();
    expect((await nobody.post("/auth/switch", { tenant: "acme" })).status).toBe(401);
    const { browser } = await adaInBoth({ app });
    const headers = { authorization: "Bearer a.b.c" };
    expect((await browser.post("/auth/switch", { tenant: "globex" }, headers)).status).toBe(401);
  });

  test("is not for a person whose account was suspended", async () => {
    const { app, browser } = await adaInBoth();
    const [membership] = (await app.stores.memberships.listByTenant(ACME.id)).items;
    await app.stores.users.update(membership?.userId ?? "", { status: "suspended" });
    expect((await browser.post("/auth/switch", { tenant: "globex" })).status).toBe(403);
  });

  test("is on the audit trail of the tenant one comes to", async () => {
    const { app, browser } = await adaInBoth(withTokens);
    app.fake.answers.refresh = async () => ({ kind: "refreshed", identity: globex, tokens: {} });
    await browser.post("/auth/switch", { tenant: "globex" });
    const { items } = await app.stores.audit.listByTenant(GLOBEX.id);
    expect(items.find(({ type }) => type === "tenant.switched")?.details).toMatchObject({
      fromTenantId: ACME.id,
    });
  });
});
