import { describe, expect, test } from "vitest";
import type { RefreshAnswer } from "../../src/provider/login-flow.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import {
  ACME,
  breakMethod,
  createApp,
  fakeProvider,
  GLOBEX,
  identityOf,
  ISSUER,
  signIn,
  stateOf,
} from "./kit.ts";

const tokens = { refreshToken: "refresh-0" };

const refreshed = (identity: Identity): RefreshAnswer => ({
  kind: "refreshed",
  identity,
  tokens: { refreshToken: "refresh-1" },
});

/** Ada signed in, and what the vendor will say when her session is renewed. */
async function adaAndThen(answer: (app: Awaited<ReturnType<typeof createApp>>) => RefreshAnswer) {
  const app = await createApp();
  const browser = app.browser();
  await signIn(app, browser, { tokens });
  app.fake.answers.refresh = async () => answer(app);
  app.clock.advance(300_000);
  const me = async () => {
    const response = await browser.get("/auth/me", { accept: "application/json" });
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  return { app, browser, me };
}

/** What the vendor says about Ada at the time of the answer. */
const now = (app: Awaited<ReturnType<typeof createApp>>, changes: Partial<Identity> = {}) =>
  refreshed(identityOf({ issuedAtSeconds: app.clock.nowMs() / 1000, ...changes }));

describe("a session's renewal, through provider and directory", () => {
  test("brings new roles and their permissions", async () => {
    const { app, me } = await adaAndThen((its) => now(its, { roles: ["admin"] }));
    expect(await me()).toMatchObject({
      status: 200,
      body: { roles: ["admin"], permissions: ["note:read", "note:write"] },
    });
    expect(app.fake.refreshes).toEqual([
      { refreshToken: "refresh-0", tenant: { external: "org_acme" } },
    ]);
  });

  test("takes roles away", async () => {
    const { me } = await adaAndThen((its) => now(its, { roles: [] }));
    expect(await me()).toMatchObject({ status: 200, body: { permissions: [] } });
  });

  test("row 30: that answers for the other tenant ends the session, and joins nobody to it", async () => {
    const { app, me } = await adaAndThen((its) =>
      now(its, { tenant: { external: "org_globex" }, roles: ["admin"] }),
    );
    expect((await me()).status).toBe(401);
    expect((await app.stores.memberships.listByTenant(GLOBEX.id)).items).toEqual([]);
  });

  test("row 30: that finds the tenant's link moved ends the session", async () => {
    const { app, me } = await adaAndThen((its) => now(its));
    const key = {
      instance: "acme-idp",
      issuer: ISSUER,
      kind: "tenant",
      external: "org_acme",
    } as const;
    await app.stores.links.set(key, {
      ...key,
      local: GLOBEX.id,
      evidence: "admin",
      createdAtMs: 0,
    });
    expect((await me()).status).toBe(401);
  });

  test("keeps people signed in through an outage of the vendor", async () => {
    const { app, me } = await adaAndThen(() => ({
      kind: "unavailable",
      reason: "provider_unavailable",
    }));
    for (let hour = 0; hour < 20; hour += 1) {
      app.clock.advance(3_600_000);
      expect((await me()).status).toBe(200);
    }
  });

  test("that the vendor refuses ends the session, and its cookie stays", async () => {
    const { app, browser, me } = await adaAndThen(() => ({
      kind: "ended",
      reason: "invalid_grant",
    }));
    const response = await browser.get("/auth/me", { accept: "application/json" });
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
    app.fake.answers.refresh = async () => now(app);
    expect((await me()).status).toBe(401);
  });

  test("goes on when the directory cannot answer, with what was known", async () => {
    const { app, me } = await adaAndThen((its) => now(its, { roles: ["admin"] }));
    const mend = breakMethod(app.stores.links, "find");
    expect(await me()).toMatchObject({ status: 200, body: { roles: ["member"] } });
    mend();
    app.clock.advance(60_000);
    expect(await me()).toMatchObject({ status: 200, body: { roles: ["admin"] } });
  });

  test("is not possible any more once its provider is no longer configured", async () => {
    const { app, browser } = await adaAndThen((its) => now(its));
    const other = fakeProvider({ instance: "other-idp" });
    const later = await createApp({
      fake: other,
      stores: app.stores,
      clock: app.clock,
    });
    const browserThere = later.browser();
    for (const [name, value] of browser.cookies) browserThere.cookies.set(name, value);
    const response = await browserThere.get("/auth/me", { accept: "application/json" });
    expect(response.status).toBe(401);
  });

  test("row 35: ends with the customer's connection that it came through", async () => {
    const app = await createApp();
    const connection = {
      id: "acme-okta",
      instance: "acme-idp",
      tenantId: ACME.id,
      issuer: ISSUER,
      clientId: "client",
      emailDomains: ["acme.example"],
      enabled: true,
      settings: {},
      sealedSecrets: {},
    };
    await app.stores.connections.put(connection);
    const browser = app.browser();
    const state = stateOf(await browser.get("/auth/login?tenant=acme"));
    app.fake.answers.resume = () => ({
      kind: "done",
      identity: identityOf({ tenant: null }),
      tokens,
    });
    await browser.get(`/auth/callback/acme-idp/acme-okta?state=${state}`);
    app.fake.answers.refresh = async () => now(app, { tenant: null });
    const status = async () =>
      (await browser.get("/auth/me", { accept: "application/json" })).status;

    app.clock.advance(300_000);
    expect(await status()).toBe(200);
    expect(app.fake.refreshes[0]).toMatchObject({ connectionId: "acme-okta" });
    await app.stores.connections.remove("acme-okta");
    app.clock.advance(300_000);
    expect(await status()).toBe(401);
  });
});
