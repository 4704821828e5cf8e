import { describe, expect, test } from "vitest";
import { ok, reject, type Result } from "../../src/internal/result.ts";
import type { LogoutNotice } from "../../src/provider/login-flow.ts";
import {
  BASE_URL,
  breakMethod,
  createApp,
  fakeProvider,
  identityOf,
  ISSUER,
  signIn,
  type App,
} from "./kit.ts";

/** An app whose provider accepts `logout_token`s that are the JSON of a notice. */
async function appWith(
  verify: (token: string) => Result<LogoutNotice> = (token) =>
    ok(JSON.parse(token) as LogoutNotice),
  mode: "stored" | "sealed" = "stored",
): Promise<App> {
  const base = fakeProvider();
  const { capabilities, login } = base.provider;
  const { provider } = fakeProvider({
    capabilities: { ...capabilities, backchannelLogout: "yes" },
    login: {
      ...(login ?? { start: () => Promise.reject(), resume: () => Promise.reject() }),
      backchannelLogout: async ({ logoutToken }) => verify(logoutToken),
    },
  });
  return createApp({ fake: { ...base, provider }, session: { mode } });
}

const noticeAt = (app: App, changes: Partial<LogoutNotice> = {}): LogoutNotice => ({
  issuer: ISSUER,
  subject: "subject-of-ada",
  tokenId: "jti-1",
  expiresAtSeconds: app.clock.nowMs() / 1000 + 120,
  ...changes,
});

const send = (app: App, form: Record<string, string>, path = "acme-idp") =>
  app.auth.routes.handle(
    new Request(`${BASE_URL}/auth/backchannel-logout/${path}`, {
      method: "POST",
      body: new URLSearchParams(form),
    }),
  );

const notify = (app: App, notice: LogoutNotice) =>
  send(app, { logout_token: JSON.stringify(notice) });

async function signedIn(app: App, sessionId: string, subject = "subject-of-ada") {
  const browser = app.browser();
  await signIn(app, browser, { as: identityOf({ sessionId, subject }) });
  return async () => (await browser.get("/auth/me", { accept: "application/json" })).status === 200;
}

describe.each(["stored", "sealed"] as const)("back-channel sign-out of %s sessions", (mode) => {
  test("ends the session that is named, without cookie or origin, and no other", async () => {
    const app = await appWith(undefined, mode);
    const [first, second] = [await signedIn(app, "sid-1"), await signedIn(app, "sid-2")];
    app.clock.advance(1000);
    const response = await notify(app, noticeAt(app, { sessionId: "sid-1" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect([await first(), await second()]).toEqual([false, true]);
  });

  test("ends all sessions of a person if only the person is named, and of nobody else", async () => {
    const app = await appWith(undefined, mode);
    const [first, second] = [await signedIn(app, "sid-1"), await signedIn(app, "sid-2")];
    const bob = await signedIn(app, "sid-3", "subject-of-bob");
    app.clock.advance(1000);
    await notify(app, noticeAt(app));
    expect([await first(), await second(), await bob()]).toEqual([false, false, true]);
  });

  test("never reaches across issuers", async () => {
    const app = await appWith(undefined, mode);
    const alive = await signedIn(app, "sid-1");
    app.clock.advance(1000);
    const issuer = "https://other.example";
    await notify(app, noticeAt(app, { issuer, sessionId: "sid-1" }));
    await notify(app, noticeAt(app, { issuer, tokenId: "jti-2" }));
    expect(await alive()).toBe(true);
  });
});

describe("back-channel sign-out", () => {
  test("counts once: a copy of its token ends no later session", async () => {
    const app = await appWith();
    const notice = noticeAt(app);
    expect((await notify(app, notice)).status).toBe(200);
    const alive = await signedIn(app, "sid-9");
    expect((await notify(app, notice)).status).toBe(400);
    expect(await alive()).toBe(true);
  });

  test("remembers a token at least as long as it is valid", async () => {
    const app = await appWith();
    const notice = noticeAt(app);
    await notify(app, notice);
    app.clock.advance(120_000);
    expect((await notify(app, notice)).status).toBe(400);
  });

  test("may be repeated after a failure of ours, until it worked", async () => {
    const app = await appWith();
    const alive = await signedIn(app, "sid-1");
    const notice = noticeAt(app);
    const mend = breakMethod(app.stores.sessions, "listByVendorSession");
    expect((await notify(app, notice)).status).toBe(503);
    mend();
    expect(await alive()).toBe(true);
    expect((await notify(app, notice)).status).toBe(200);
    expect(await alive()).toBe(false);
    expect((await notify(app, notice)).status).toBe(400);
  });

  test.each<[string, Result<LogoutNotice>, number]>([
    ["that is not valid", reject("signature_invalid"), 400],
    ["that could not be checked", reject("keys_unavailable"), 503],
    ["that names nobody", ok({ issuer: ISSUER, tokenId: "j", expiresAtSeconds: 9e9 }), 400],
  ])("with a token %s ends nothing", async (_, result, status) => {
    const app = await appWith(() => result);
    const alive = await signedIn(app, "sid-1");
    const response = await send(app, { logout_token: "x" });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect(await alive()).toBe(true);
  });

  test("without a token is invalid", async () => {
    const app = await appWith();
    expect((await send(app, {})).status).toBe(400);
    expect((await send(app, { logout_token: "" })).status).toBe(400);
  });

  test("is a 503 if the adapter throws", async () => {
    const app = await appWith(() => {
      throw new Error("https://secret.example");
    });
    expect((await send(app, { logout_token: "x" })).status).toBe(503);
    expect(JSON.stringify(app.logs)).not.toContain("secret.example");
  });

  test("does not exist for providers without it, or that are not configured", async () => {
    const app = await createApp();
    expect((await send(app, { logout_token: "x" })).status).toBe(404);
    expect((await send(app, { logout_token: "x" }, "nobody")).status).toBe(404);
  });
});
