import { describe, expect, test } from "vitest";
import { ACME, breakMethod, createApp, GLOBEX, identityOf, signIn, type Browser } from "./kit.ts";

const SESSION_COOKIE = "__Host-tenantry";
const OPTIONS = {
  internalTenant: "acme",
  role: "support",
  grants: "member",
  maxSeconds: 1800,
} as const;
const FORM = { tenant: "globex", reason: "ticket 4711", returnTo: "/t/globex" };
const supporter = identityOf({ roles: ["support"] });

const meOf = async (browser: Browser): Promise<unknown> =>
  (await browser.get("/auth/me", { accept: "application/json" })).json();

async function signedIn(as = supporter) {
  const app = await createApp({ crossTenant: OPTIONS });
  const browser = app.browser();
  await signIn(app, browser, { as });
  return { app, browser };
}

const trail = async (app: Awaited<ReturnType<typeof createApp>>) =>
  (await app.stores.audit.listByTenant(GLOBEX.id)).items.map(({ type }) => type).toSorted();

describe("entering another tenant", () => {
  test("row 19: gives a reasoned, limited stay under a new session id", async () => {
    const { app, browser } = await signedIn();
    const before = browser.cookies.get(SESSION_COOKIE) ?? "";
    const response = await browser.post("/auth/enter", FORM);
    expect(response.headers.get("location")).toBe("/t/globex");
    expect(await meOf(browser)).toMatchObject({
      tenant: { id: GLOBEX.id },
      roles: ["member"],
      crossTenant: {
        reason: "ticket 4711",
        home: { slug: "acme" },
        untilMs: app.clock.nowMs() + 1_800_000,
      },
    });
    browser.cookies.set(SESSION_COOKIE, before);
    expect(await meOf(browser)).toMatchObject({ error: { code: "credential_invalid" } });
  });

  test("is on the other tenant's record, with person, reason and end", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", FORM);
    const { items } = await app.stores.audit.listByTenant(GLOBEX.id);
    const entered = items.find(({ type }) => type === "tenant.entered");
    expect(entered).toMatchObject({
      outcome: "ok",
      reason: "ticket 4711",
      principal: { kind: "user" },
      details: { homeTenantId: ACME.id, untilMs: app.clock.nowMs() + 1_800_000 },
    });
  });

  test("does not happen if it cannot be put on record", async () => {
    const { app, browser } = await signedIn();
    breakMethod(app.stores.audit, "append");
    const before = browser.cookies.get(SESSION_COOKIE);
    expect((await browser.post("/auth/enter", FORM)).status).toBe(503);
    expect(browser.cookies.get(SESSION_COOKIE)).toBe(before);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id }, crossTenant: null });
  });

  test("ends by itself", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", { ...FORM, minutes: "5" });
    app.clock.advance(299_999);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: GLOBEX.id } });
    app.clock.advance(1);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id }, crossTenant: null });
  });

  test("never lasts longer than is configured", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", { ...FORM, minutes: "600" });
    expect(await meOf(browser)).toMatchObject({
      crossTenant: { untilMs: app.clock.nowMs() + 1_800_000 },
    });
  });

  test.each([
    { reason: "" },
    { reason: "  ab  " },
    { reason: "x".repeat(501) },
    { minutes: "0" },
    { minutes: "-5" },
    { minutes: "1.5" },
    { minutes: "1e9" },
    { minutes: "for ever" },
    { tenant: "acme" },
  ])("is refused for %j", async (changes) => {
    const { app, browser } = await signedIn();
    expect((await browser.post("/auth/enter", { ...FORM, ...changes })).status).toBe(400);
    expect(await meOf(browser)).toMatchObject({ crossTenant: null });
    expect(await trail(app)).toEqual([]);
  });

  test("is refused without the role, in the same words for real and made-up tenants", async () => {
    const { app, browser } = await signedIn(identityOf({ roles: ["admin"] }));
    const answers = await Promise.all(
      ["globex", "absent"].map(async (tenant) => {
        const response = await browser.post("/auth/enter", { ...FORM, tenant });
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]?.[0]).toBe(403);
    expect(answers[1]).toEqual(answers[0]);
    expect(await trail(app)).toEqual([]);
  });

  test("is refused from another tenant than the internal one, whatever the role there", async () => {
    const as = identityOf({ roles: ["support"], tenant: { external: "org_globex" } });
    const { browser } = await signedIn(as);
    expect((await browser.post("/auth/enter", { ...FORM, tenant: "acme" })).status).toBe(403);
  });

  test("is refused to a person without a tenant", async () => {
    const { browser } = await signedIn(identityOf({ tenant: null, roles: ["support"] }));
    expect((await browser.post("/auth/enter", FORM)).status).toBe(403);
  });

  test("knows no tenant that does not exist", async () => {
    const { browser } = await signedIn();
    expect((await browser.post("/auth/enter", { ...FORM, tenant: "absent" })).status).toBe(404);
  });

  test("needs our session and our origin", async () => {
    const { app, browser } = await signedIn();
    expect((await app.browser().post("/auth/enter", FORM)).status).toBe(401);
    const foreign = await browser.post("/auth/enter", FORM, { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    const bearer = await browser.post("/auth/enter", FORM, { authorization: "Bearer a.b.c" });
    expect(bearer.status).toBe(401);
    expect(await trail(app)).toEqual([]);
  });

  test("is no route at all where nobody may", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser, { as: supporter });
    expect((await browser.post("/auth/enter", FORM)).status).toBe(404);
    expect((await browser.post("/auth/leave")).status).toBe(404);
  });

  test("again puts the end of the stay before on record", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", FORM);
    await browser.post("/auth/enter", { ...FORM, reason: "still ticket 4711" });
    expect(await trail(app)).toEqual(["tenant.entered", "tenant.entered", "tenant.left"]);
  });
});

describe("leaving it", () => {
  test("row 19: leads home under a new session id, on record", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", FORM);
    const before = browser.cookies.get(SESSION_COOKIE);
    const response = await browser.post("/auth/leave", { returnTo: "/home" });
    expect(response.headers.get("location")).toBe("/home");
    expect(browser.cookies.get(SESSION_COOKIE)).not.toBe(before);
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id }, crossTenant: null });
    expect(await trail(app)).toEqual(["tenant.entered", "tenant.left"]);
  });

  test("works although the audit trail does not", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", FORM);
    breakMethod(app.stores.audit, "append");
    expect((await browser.post("/auth/leave")).status).toBe(303);
    expect(await meOf(browser)).toMatchObject({ crossTenant: null });
  });

  test("without a stay goes straight on", async () => {
    const { app, browser } = await signedIn();
    const before = browser.cookies.get(SESSION_COOKIE);
    expect((await browser.post("/auth/leave", { returnTo: "/x" })).headers.get("location")).toBe(
      "/x",
    );
    expect(browser.cookies.get(SESSION_COOKIE)).toBe(before);
    expect(await trail(app)).toEqual([]);
  });

  test("happens by switching to the tenant one is at home in", async () => {
    const { app, browser } = await signedIn();
    await browser.post("/auth/enter", FORM);
    await browser.post("/auth/switch", { tenant: "acme" });
    expect(await meOf(browser)).toMatchObject({ tenant: { id: ACME.id }, crossTenant: null });
    expect(await trail(app)).toEqual(["tenant.entered", "tenant.left"]);
  });
});
