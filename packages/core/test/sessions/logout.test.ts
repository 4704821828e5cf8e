import { describe, expect, test } from "vitest";
import { ACME, breakMethod, createApp, fakeProvider, identityOf, signIn } from "./kit.ts";

const SESSION_COOKIE = "__Host-tenantry";
const tokens = { refreshToken: "vendor-refresh", idToken: "vendor-id-token" };

describe("signing out", () => {
  test("ends our session, then sends the browser to the provider's own sign-out", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser, { as: identityOf({ sessionId: "sid-1" }), tokens });
    const value = browser.cookies.get(SESSION_COOKIE) ?? "";
    const response = await browser.post("/auth/logout");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("https://idp.example/end");
    expect(app.fake.endSessions).toEqual([
      { idToken: "vendor-id-token", sessionId: "sid-1", returnUrl: "https://app.example.com/" },
    ]);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    browser.cookies.set(SESSION_COOKIE, value);
    expect((await browser.get("/auth/me", { accept: "application/json" })).status).toBe(401);
  });

  test("has ended ours by the time the provider is asked where to go", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    let aliveThen: number | undefined;
    app.fake.answers.endSessionUrl = async () => {
      const [member] = (await app.stores.memberships.listByTenant(ACME.id)).items;
      aliveThen = (await app.stores.sessions.listByUser(member?.userId ?? "")).length;
      return null;
    };
    expect((await browser.post("/auth/logout")).headers.get("location")).toBe("/");
    expect(aliveThen).toBe(0);
  });

  test("row 38: by a GET only shows a button", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const page = await browser.get("/auth/logout");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<form method="post" action="/auth/logout">');
    expect((await browser.get("/auth/me")).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ["another origin", { origin: "https://evil.example" }],
    ["a subdomain", { origin: "https://evil.app.example.com" }],
    ["a longer name", { origin: "https://app.example.com.evil.example" }],
    ["plain http", { origin: "http://app.example.com" }],
    ["an opaque origin", { origin: "null" }],
    ["no origin at all", { origin: "" }],
  ])("row 40: is refused to %s", async (_, headers) => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    expect((await browser.post("/auth/logout", {}, headers)).status).toBe(403);
    expect((await browser.get("/auth/me")).status).toBe(200);
  });

  test("works without a session and without a provider's sign-out", async () => {
    const app = await createApp();
    const response = await app.browser().post("/auth/logout");
    expect(response.headers.get("location")).toBe("/");
    expect(app.fake.endSessions).toEqual([]);
  });

  test.each<[string, () => Promise<string | null>]>([
    ["fails", () => Promise.reject(new Error("discovery of https://secret.example"))],
    ["gives a dangerous address", async () => "javascript:alert(1)"],
  ])("does not depend on a provider that %s", async (_, endSessionUrl) => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    app.fake.answers.endSessionUrl = endSessionUrl;
    const response = await browser.post("/auth/logout");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(JSON.stringify(app.logs)).not.toContain("secret.example");
  });

  test("ends the provider's session by a call where that is its way, after ours", async () => {
    const ended: object[] = [];
    const fake = fakeProvider();
    const login = {
      ...fake.provider.login,
      async endSession(request: object) {
        ended.push(request);
        throw new Error("https://secret.example is down");
      },
    };
    const app = await createApp({ fake: { ...fake, provider: { ...fake.provider, login } } });
    const browser = app.browser();
    await signIn(app, browser, { as: identityOf({ sessionId: "sid-1" }) });
    expect((await browser.post("/auth/logout")).status).toBe(303);
    expect(ended).toEqual([{ sessionId: "sid-1" }]);
    expect(JSON.stringify(app.logs)).not.toContain("secret.example");
  });

  test("does not renew anything at the vendor on the way out", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser, { tokens });
    app.clock.advance(3_600_000);
    await browser.post("/auth/logout");
    expect(app.fake.refreshes).toEqual([]);
  });

  test("is not claimed while the store cannot tell", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    for (const method of ["getBySecretHash", "end"] as const) {
      const mend = breakMethod(app.stores.sessions, method);
      const response = await browser.post("/auth/logout");
      expect(response.status).toBe(503);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
      mend();
    }
    expect((await browser.post("/auth/logout")).status).toBe(303);
  });

  test("is on the audit trail", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    await browser.post("/auth/logout");
    const { items } = await app.stores.audit.listByTenant(ACME.id);
    expect(items.map(({ type }) => type)).toContain("session.ended");
  });

  test("works with sealed sessions too, for a cookie that was kept aside", async () => {
    const app = await createApp({ session: { mode: "sealed" }, fake: fakeProvider() });
    const browser = app.browser();
    await signIn(app, browser, { tokens });
    const value = browser.cookies.get(SESSION_COOKIE) ?? "";
    await browser.post("/auth/logout");
    browser.cookies.set(SESSION_COOKIE, value);
    expect((await browser.get("/auth/me", { accept: "application/json" })).status).toBe(401);
  });
});
