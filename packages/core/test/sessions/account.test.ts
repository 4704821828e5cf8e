import { describe, expect, test } from "vitest";
import { createApp, identityOf, signIn, type App, type Browser } from "./kit.ts";

const JSON_ONLY = { accept: "application/json" };
const tokens = { refreshToken: "vendor-refresh-token", idToken: "vendor-id-token" };

const json = async (browser: Browser, path: string): Promise<unknown> =>
  (await browser.get(path, JSON_ONLY)).json();

interface SessionItem {
  readonly id: string;
  readonly current: boolean;
}

async function sessionsOf(browser: Browser): Promise<readonly SessionItem[]> {
  const body = (await json(browser, "/auth/sessions")) as {
    readonly sessions: readonly SessionItem[];
  };
  return body.sessions;
}

describe("GET me", () => {
  test("row 20: says who, where and what, and holds no token, hash or secret", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser, { tokens, as: identityOf({ sessionId: "vendor-sid" }) });
    const response = await browser.get("/auth/me", JSON_ONLY);
    const text = await response.text();
    const [session] = await sessionsOf(browser);
    expect(JSON.parse(text)).toEqual({
      principal: {
        kind: "user",
        id: expect.stringMatching(/^usr_/),
        name: "Ada",
        email: { value: "ada@acme.example", verified: true },
      },
      tenant: { id: "tnt_acme", slug: "acme", name: "The acme company" },
      roles: ["member"],
      permissions: ["note:read"],
      credential: {
        kind: "session",
        id: session?.id,
        expiresAtMs: app.clock.nowMs() + 604_800_000,
      },
      authentication: { method: "sso", atMs: app.clock.nowMs() },
      actors: [],
      crossTenant: null,
    });
    for (const secret of ["vendor-", "org_acme", browser.cookies.get("__Host-tenantry") ?? "?"]) {
      expect(text).not.toContain(secret);
    }
  });

  test("refuses nobody with a bare challenge", async () => {
    const app = await createApp();
    const response = await app.browser().get("/auth/me", JSON_ONLY);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.json()).toEqual({
      error: {
        code: "credential_missing",
        message: "Sign in, or send a bearer token in the Authorization header.",
      },
    });
  });

  test("refuses a member who was removed", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const [membership] = (await app.stores.memberships.listByTenant("tnt_acme")).items;
    if (membership === undefined) throw new Error("no membership");
    await app.stores.memberships.apply({
      ...membership,
      status: "removed",
      versionMs: membership.versionMs + 1,
    });
    expect((await browser.get("/auth/me", JSON_ONLY)).status).toBe(401);
  });
});

describe("GET tenants", () => {
  test("lists the person's own tenants, and says which one is current", async () => {
    const app = await createApp();
    await signIn(app, app.browser(), { as: identityOf({ tenant: { external: "org_globex" } }) });
    const browser = app.browser();
    await signIn(app, browser);
    expect(await json(browser, "/auth/tenants")).toEqual({
      tenants: [
        { slug: "acme", name: "The acme company", current: true },
        { slug: "globex", name: "The globex company", current: false },
      ],
    });
  });

  test("lists no tenant of anybody else", async () => {
    const app = await createApp();
    const bob = identityOf({ subject: "bob", tenant: { external: "org_globex" } });
    await signIn(app, app.browser(), { as: bob });
    const browser = app.browser();
    await signIn(app, browser);
    expect(JSON.stringify(await json(browser, "/auth/tenants"))).not.toContain("globex");
  });

  test("leaves suspended ones out", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    await app.stores.tenants.update("tnt_acme", { status: "suspended" });
    expect(await json(browser, "/auth/tenants")).toEqual({ tenants: [] });
  });
});

describe("the list of sessions", () => {
  async function adaAndBob(): Promise<{ app: App; ada: Browser; phone: Browser; bob: Browser }> {
    const app = await createApp();
    const [ada, phone, bob] = [app.browser(), app.browser(), app.browser()];
    await signIn(app, ada, { tokens });
    app.clock.advance(1000);
    await signIn(app, phone, { tokens });
    await signIn(app, bob, { as: identityOf({ subject: "bob" }) });
    return { app, ada, phone, bob };
  }

  test("shows a person's own, newest first, and no secret", async () => {
    const { ada } = await adaAndBob();
    const sessions = await sessionsOf(ada);
    expect(sessions.map(({ current }) => current)).toEqual([false, true]);
    for (const session of sessions) {
      expect(Object.keys(session)).toEqual([
        "id",
        "createdAtMs",
        "lastSeenAtMs",
        "expiresAtMs",
        "current",
      ]);
    }
  });

  test("lets a person end another of their sessions and stay signed in here", async () => {
    const { ada, phone } = await adaAndBob();
    const other = (await sessionsOf(ada)).find(({ current }) => !current);
    const response = await ada.post("/auth/sessions/revoke", { id: other?.id ?? "" });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await phone.get("/auth/me", JSON_ONLY)).status).toBe(401);
    expect(await sessionsOf(ada)).toHaveLength(1);
  });

  test("lets a person end the session they are in", async () => {
    const { ada } = await adaAndBob();
    const own = (await sessionsOf(ada)).find(({ current }) => current);
    await ada.post("/auth/sessions/revoke", { id: own?.id ?? "" });
    expect(ada.cookies.size).toBe(0);
  });

  test("row 36: ends nobody else's session, and does not say whether there is one", async () => {
    const { ada, bob } = await adaAndBob();
    const [foreign] = await sessionsOf(bob);
    const answers = await Promise.all(
      [foreign?.id ?? "", "ses_made_up", ""].map(async (id) => {
        const response = await ada.post("/auth/sessions/revoke", { id });
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]?.[0]).toBe(404);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await bob.get("/auth/me", JSON_ONLY)).status).toBe(200);
  });

  test("row 40: ends nothing for a page of another origin", async () => {
    const { ada, phone } = await adaAndBob();
    const other = (await sessionsOf(ada)).find(({ current }) => !current);
    const headers = { origin: "https://evil.example" };
    const response = await ada.post("/auth/sessions/revoke", { id: other?.id ?? "" }, headers);
    expect(response.status).toBe(403);
    expect((await phone.get("/auth/me", JSON_ONLY)).status).toBe(200);
  });

  test.each(["/auth/tenants", "/auth/sessions"])("needs a session (%s)", async (path) => {
    const app = await createApp();
    expect((await app.browser().get(path, JSON_ONLY)).status).toBe(401);
  });
});
