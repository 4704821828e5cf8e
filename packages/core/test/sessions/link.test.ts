import { describe, expect, test } from "vitest";
import type { Identity } from "../../src/tokens/profile.ts";
import {
  ACME,
  breakMethod,
  createApp,
  fakeProvider,
  identityOf,
  signIn,
  stateOf,
  type Browser,
} from "./kit.ts";

const SESSION_COOKIE = "__Host-tenantry";
const NEW_ISSUER = "https://new-idp.example";
const KEY = { instance: "new-idp", issuer: NEW_ISSUER, kind: "user" } as const;
const LINK = { provider: "new-idp", returnTo: "/notes" };

/** What the new provider says about whom it calls Ada. Neither name nor address is the old one. */
function newIdentity(changes: Partial<Identity> = {}): Identity {
  return identityOf({
    issuer: NEW_ISSUER,
    subject: "ada-at-the-new-one",
    name: "Ada L.",
    email: { value: "ada@lovelace.example", verified: true },
    ...changes,
  });
}

const meOf = async (browser: Browser): Promise<unknown> =>
  (await browser.get("/auth/me", { accept: "application/json" })).json();

async function userIdOf(browser: Browser): Promise<string> {
  const { principal } = (await meOf(browser)) as { readonly principal: { readonly id: string } };
  return principal.id;
}

/** An app with an old and a new provider, and Ada signed in through the old one. */
async function adaAtTheOld(options: { readonly adoptId?: () => string | undefined } = {}) {
  const fake = fakeProvider();
  const next = fakeProvider({ vendor: "new-idp" });
  const app = await createApp({ fake, providers: [fake.provider, next.provider], ...options });
  await app.stores.links.add({
    ...KEY,
    kind: "tenant",
    external: "org_acme",
    local: ACME.id,
    evidence: "admin",
    createdAtMs: 0,
  });
  const browser = app.browser();
  await signIn(app, browser);
  const adaId = await userIdOf(browser);

  /** Comes back from the new provider as somebody. */
  function comeBack(started: Response, as = newIdentity(), through = browser): Promise<Response> {
    next.answers.resume = () => ({ kind: "done", identity: as });
    return through.get(`/auth/callback/new-idp?code=x&state=${stateOf(started)}`);
  }

  async function signInAtTheNew(through: Browser, as = newIdentity()): Promise<Response> {
    return comeBack(await through.get("/auth/login?provider=new-idp"), as, through);
  }

  const linkOf = (external: string) => app.stores.links.find({ ...KEY, external });
  return { ...app, app, next, adaId, ada: browser, comeBack, signInAtTheNew, linkOf };
}

describe("a second sign-in", () => {
  test("joins the account of whoever is signed in, under a new session id", async () => {
    const { ada, adaId, next, comeBack, linkOf, browser, signInAtTheNew } = await adaAtTheOld();
    const before = ada.cookies.get(SESSION_COOKIE) ?? "";
    const started = await ada.post("/auth/link", LINK);
    expect(started.headers.get("location")).toMatch(/^https:\/\/idp\.example/);
    expect(next.starts[0]).not.toHaveProperty("tenant");
    const back = await comeBack(started);
    expect(back.headers.get("location")).toBe("/notes");
    expect(await meOf(ada)).toMatchObject({ principal: { id: adaId }, tenant: { id: ACME.id } });
    expect(await linkOf("ada-at-the-new-one")).toMatchObject({
      local: adaId,
      evidence: "second_sign_in",
    });
    expect(ada.cookies.get(SESSION_COOKIE)).not.toBe(before);
    ada.cookies.set(SESSION_COOKIE, before);
    expect(await meOf(ada)).toMatchObject({ error: { code: "credential_invalid" } });

    const later = browser();
    await signInAtTheNew(later);
    expect(await userIdOf(later)).toBe(adaId);
  });

  test("is linked with its organization where subjects are the organization's own", async () => {
    const { ada, adaId, comeBack, linkOf } = await adaAtTheOld();
    await comeBack(await ada.post("/auth/link", LINK), newIdentity({ subjectScope: "tenant" }));
    expect(await userIdOf(ada)).toBe(adaId);
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
    const external = JSON.stringify(["org_acme", "ada-at-the-new-one"]);
    expect(await linkOf(external)).toMatchObject({ local: adaId });
  });

  test("is on the audit trail", async () => {
    const { ada, adaId, comeBack, stores } = await adaAtTheOld();
    await comeBack(await ada.post("/auth/link", LINK));
    const { items } = await stores.audit.listByTenant(ACME.id);
    expect(items).toContainEqual(
      expect.objectContaining({
        type: "identity.linked",
        principal: { kind: "user", id: adaId },
        details: { userId: adaId, evidence: "second_sign_in" },
      }),
    );
  });

  test("may repeat: what is theirs stays theirs", async () => {
    const { ada, adaId, comeBack } = await adaAtTheOld();
    await comeBack(await ada.post("/auth/link", LINK));
    const again = await comeBack(await ada.post("/auth/link", LINK));
    expect(again.status).toBe(303);
    expect(await userIdOf(ada)).toBe(adaId);
  });

  test("row 33: with the same e-mail address joins nothing unless it was asked for", async () => {
    const { browser, adaId, signInAtTheNew } = await adaAtTheOld();
    const other = browser();
    const email = { value: "ada@acme.example", verified: true };
    await signInAtTheNew(other, newIdentity({ email }));
    expect(await userIdOf(other)).not.toBe(adaId);
  });
});

describe("a link is refused", () => {
  test("to an identity of somebody else, and nobody's session changes", async () => {
    const { ada, adaId, browser, signInAtTheNew, comeBack, linkOf } = await adaAtTheOld();
    const bob = browser();
    await signInAtTheNew(bob);
    const bobId = await userIdOf(bob);
    const before = ada.cookies.get(SESSION_COOKIE);
    const back = await comeBack(await ada.post("/auth/link", LINK));
    expect(back.status).toBe(400);
    const page = await back.text();
    expect(page).toContain("belongs to another account already");
    expect(page).toContain('href="/notes"');
    expect(ada.cookies.get(SESSION_COOKIE)).toBe(before);
    expect(await userIdOf(ada)).toBe(adaId);
    expect(await userIdOf(bob)).toBe(bobId);
    expect(await linkOf("ada-at-the-new-one")).toMatchObject({ local: bobId });
  });

  test("to an identity that configuration gives to somebody else", async () => {
    let adopted: string | undefined;
    const { ada, comeBack, linkOf } = await adaAtTheOld({ adoptId: () => adopted });
    adopted = "usr_somebody_else";
    expect((await comeBack(await ada.post("/auth/link", LINK))).status).toBe(400);
    expect(await linkOf("ada-at-the-new-one")).toMatchObject({ local: "usr_somebody_else" });
  });

  test("to a page of another origin", async () => {
    const { ada, next } = await adaAtTheOld();
    const response = await ada.post("/auth/link", LINK, { origin: "https://evil.example" });
    expect(response.status).toBe(403);
    expect(next.starts).toEqual([]);
  });

  test("without a session", async () => {
    const { browser, next } = await adaAtTheOld();
    const response = await browser().post("/auth/link", LINK, { accept: "application/json" });
    expect(await response.json()).toMatchObject({ error: { code: "credential_missing" } });
    expect(next.starts).toEqual([]);
  });

  test.each(["", "absent"])("at the provider %j, which is none", async (provider) => {
    const { ada, next, fake } = await adaAtTheOld();
    expect((await ada.post("/auth/link", { provider })).status).toBe(400);
    expect((await ada.get(`/auth/link?provider=${provider}`)).status).toBe(400);
    expect([...next.starts, ...fake.starts]).toHaveLength(1);
  });

  test("when the session has ended in between", async () => {
    const { ada, comeBack, linkOf } = await adaAtTheOld();
    const session = ada.cookies.get(SESSION_COOKIE) ?? "";
    const started = await ada.post("/auth/link", LINK);
    await ada.post("/auth/logout");
    ada.cookies.set(SESSION_COOKIE, session);
    const back = await comeBack(started);
    expect(back.status).toBe(400);
    expect(await back.text()).toContain("/auth/link?provider=new-idp&amp;returnTo=%2Fnotes");
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
    expect(await meOf(ada)).toMatchObject({ error: { code: "credential_invalid" } });
  });

  test("when somebody else has signed in here in between", async () => {
    const { app, ada, adaId, comeBack, linkOf } = await adaAtTheOld();
    const started = await ada.post("/auth/link", LINK);
    await signIn(app, ada, { as: identityOf({ subject: "subject-of-bob" }) });
    const bobId = await userIdOf(ada);
    expect(bobId).not.toBe(adaId);
    expect((await comeBack(started)).status).toBe(400);
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
    expect(await userIdOf(ada)).toBe(bobId);
  });

  test("in another browser", async () => {
    const { ada, browser, comeBack, linkOf } = await adaAtTheOld();
    const started = await ada.post("/auth/link", LINK);
    expect((await comeBack(started, newIdentity(), browser())).status).toBe(400);
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
  });

  test.each(["old", "new"])("to who acts for the person at the %s provider", async (side) => {
    const { app, ada, comeBack, linkOf } = await adaAtTheOld();
    const actors = [{ kind: "impersonator", id: "staff@idp.example" } as const];
    if (side === "old") await signIn(app, ada, { as: identityOf({ actors }) });
    const started = await ada.post("/auth/link", LINK);
    const back = await comeBack(started, newIdentity(side === "new" ? { actors } : {}));
    expect(back.status).toBe(400);
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
  });

  test("when it cannot be put on record", async () => {
    const { ada, comeBack, stores } = await adaAtTheOld();
    const before = ada.cookies.get(SESSION_COOKIE);
    const started = await ada.post("/auth/link", LINK);
    breakMethod(stores.audit, "append");
    expect((await comeBack(started)).status).toBe(503);
    expect(ada.cookies.get(SESSION_COOKIE)).toBe(before);
  });

  test("for now, when the session cannot be read", async () => {
    const { ada, comeBack, stores, linkOf } = await adaAtTheOld();
    const started = await ada.post("/auth/link", LINK);
    const mend = breakMethod(stores.sessions, "getBySecretHash");
    expect((await comeBack(started)).status).toBe(503);
    mend();
    expect(await linkOf("ada-at-the-new-one")).toBeNull();
  });

  test("where only a customer's own connection could sign in", async () => {
    const { ada, next } = await adaAtTheOld();
    next.answers.start = () => ({ kind: "refused", reason: "connection_required" });
    const response = await ada.post("/auth/link", LINK);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('type="email"');
  });
});

describe("the address alone", () => {
  test("shows a button and begins nothing", async () => {
    const { ada, next } = await adaAtTheOld();
    const response = await ada.get("/auth/link?provider=new-idp&returnTo=/notes");
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('<form method="post" action="/auth/link">');
    expect(page).toContain('name="provider" value="new-idp"');
    expect(page).toContain('name="returnTo" value="/notes"');
    expect(next.starts).toEqual([]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test("asks whoever is not signed in to sign in first", async () => {
    const { browser } = await adaAtTheOld();
    const response = await browser().get("/auth/link?provider=new-idp&returnTo=/notes");
    expect(response.headers.get("location")).toBe("/auth/login?returnTo=%2Fnotes");
  });
});
