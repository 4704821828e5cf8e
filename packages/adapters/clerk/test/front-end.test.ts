import type { ClerkEmulator, FrontEndSession } from "@tenantry/emulators";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCookies } from "../src/front-end-cookies.ts";
import {
  adapterOf,
  APP,
  claimsOf,
  jarOf,
  optionsFor,
  pageOf,
  startEmulator,
  verify,
  type Adapter,
} from "./support/adapter.ts";

const COUNT = "__Host-clerk_handshake";

let emulator: ClerkEmulator;
let adapter: Adapter;
let session: FrontEndSession;
let token: string;
let suffix: string;
let uat: string;
beforeAll(async () => {
  emulator = await startEmulator();
  adapter = adapterOf(optionsFor(emulator, { missingParty: "accept" }));
});
afterAll(() => emulator.close());
beforeEach(async () => {
  session = await emulator.controls.signInFrontEnd({
    person: "ada@acme.example",
    organization: "acme",
    azp: APP,
  });
  token = cookie("__session");
  uat = cookie("__client_uat");
  suffix = session.cookies.map((line) => /^__session(_[^=]+)=/.exec(line)?.[1]).find(Boolean) ?? "";
});

function cookie(name: string): string {
  const line = session.cookies.find((one) => one.startsWith(`${name}=`)) ?? "";
  return line.slice(name.length + 1).split(";")[0] ?? "";
}

const pick = (cookies: Readonly<Record<string, string | readonly string[]>>) =>
  adapter.provider.credentials?.[0]?.pick(jarOf(cookies));
const recover = (cookies: Readonly<Record<string, string | readonly string[]>>, target?: string) =>
  adapter.provider.browserSession.recover(pageOf(jarOf(cookies), target), adapter.tools);

describe("the session cookie", () => {
  test("is the plain one, or the instance's own where there is one", () => {
    expect(pick({ __session: token, __client_uat: uat })).toEqual({ kind: "one", token });
    const own = { [`__session${suffix}`]: token, [`__client_uat${suffix}`]: uat };
    expect(pick(own)).toEqual({ kind: "one", token });
    expect(pick({ ...own, __session: token, __client_uat: uat })).toEqual({ kind: "one", token });
  });

  test("of another instance on the same domain is not ours", async () => {
    const claims = { ...claimsOf(token), iss: "https://clerk.other.example" };
    const other = await emulator.controls.sign({ claims });
    expect(pick({ __session: other, __client_uat: uat })).toEqual({ kind: "none" });
    const both = {
      __session: other,
      __client_uat: "1",
      [`__session${suffix}`]: token,
      [`__client_uat${suffix}`]: uat,
    };
    expect(pick(both)).toEqual({ kind: "one", token });
  });

  test("that was sent twice, or in two suffixes, is refused", async () => {
    const second = await emulator.controls.mintSessionToken({ person: "dan@birch.example" });
    expect(pick({ __session: [token, second], __client_uat: uat })).toEqual({ kind: "conflict" });
    expect(
      pick({ __session_aaaaaaaa: token, __session_bbbbbbbb: second, __client_uat_aaaaaaaa: uat }),
    ).toEqual({ kind: "conflict" });
  });

  test.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
    ["the front end says that nobody is signed in", { __client_uat: "0" }],
    ["the front end says nothing", {}],
    ["somebody signed in after it was made", { __client_uat: "9999999999" }],
    ["the front end says two things", { __client_uat: ["1", "0"] }],
    ["the front end says nonsense", { __client_uat: "yes" }],
    ["only another instance's front end says something", { __client_uat_aaaaaaaa: "1" }],
  ])("is nobody's when %s", (_when, more) => {
    expect(pick({ __session: token, ...more })).toEqual({ kind: "none" });
  });

  test.each(["", "x", "a.b.c", "a.e30.c", "a.bnVsbA.c", "a.!.c", `a.${"A".repeat(9000)}.c`])(
    "that is no token of ours (%s) is none",
    (value) => {
      expect(pick({ __session: value, __client_uat: "1" })).toEqual({ kind: "none" });
    },
  );

  test("under another name is none", () => {
    for (const name of ["__session_", "__session_abc", "x__session", "__Session", "__sessions"]) {
      expect(pick({ [name]: token, __client_uat: "1" })).toEqual({ kind: "none" });
    }
  });

  test("tells whether suffixes are in use", () => {
    const issuer = emulator.addresses.issuer;
    expect(readCookies(jarOf({ __client_uat: "1" }), issuer).isSuffixed).toBe(false);
    expect(readCookies(jarOf({ __client_uat_aaaaaaaa: "1" }), issuer)).toMatchObject({
      isSuffixed: true,
      clientChangedAt: 1,
    });
  });
});

describe("renewing by the refresh token", () => {
  let refresh: string;
  beforeEach(async () => {
    session = await emulator.controls.signInFrontEnd({
      person: "ada@acme.example",
      organization: "acme",
      azp: APP,
      isRefreshable: true,
    });
    [token, uat, refresh] = [cookie("__session"), cookie("__client_uat"), cookie("__refresh")];
    suffix =
      session.cookies.map((line) => /^__session(_[^=]+)=/.exec(line)?.[1]).find(Boolean) ?? "";
    emulator.controls.resetRequests();
  });
  afterEach(() => emulator.controls.recover());

  const held = (more = {}) => ({
    __session: token,
    __client_uat: uat,
    __refresh: refresh,
    ...more,
  });

  test("needs no way round, and gives a token that names this page's origin", async () => {
    const strict = adapterOf(optionsFor(emulator));
    const page = pageOf(jarOf(held()));
    const answer = await strict.provider.browserSession.recover(page, strict.tools);
    expect(answer).toMatchObject({ kind: "token" });
    if (answer.kind !== "token") return;
    expect(claimsOf(answer.token)).toMatchObject({ azp: APP, o: { id: "org_acme" } });
    expect(answer.setCookies).toContainEqual(expect.stringMatching(/^__refresh=rt_/));
    expect(await verify(strict, answer.token, ["session"])).toMatchObject({ ok: true });
  });

  test("takes the one of the session's own suffix", async () => {
    const own = { [`__session${suffix}`]: token, [`__client_uat${suffix}`]: uat };
    const other = await recover({ ...own, __refresh: refresh });
    expect(other.kind).toBe("redirect");
    const answer = await recover({ ...own, [`__refresh${suffix}`]: refresh });
    expect(answer.kind).toBe("token");
  });

  test("is done once with a token; then there is the handshake", async () => {
    expect((await recover(held())).kind).toBe("token");
    expect((await recover(held())).kind).toBe("redirect");
  });

  test.each<[string, () => Promise<Readonly<Record<string, string | readonly string[]>>>]>([
    ["there is no session to renew", async () => held({ __session: "" })],
    ["there are two refresh tokens", async () => held({ __refresh: [refresh, refresh] })],
    [
      "the session's id is none",
      async () => {
        const claims = { ...claimsOf(token), sid: "client_1" };
        return held({ __session: await emulator.controls.sign({ claims }) });
      },
    ],
  ])("is not asked for when %s", async (_when, cookies) => {
    expect((await recover(await cookies())).kind).not.toBe("token");
    expect(emulator.controls.requests()).toBe(0);
  });

  test("of a session that is over is none", async () => {
    emulator.controls.endSessions("ada@acme.example");
    expect((await recover(held())).kind).toBe("redirect");
  });

  test("is neither done nor given up while Clerk does not answer, and waits as long as it says", async () => {
    emulator.controls.fail({ mode: "error", endpoints: ["sessions"] });
    expect(await recover(held())).toMatchObject({
      kind: "refused",
      reason: "provider_unavailable",
    });
    await emulator.controls.recover();
    emulator.controls.limitRate({ retryAfterSeconds: 7, endpoints: ["sessions"] });
    expect(await recover(held())).toMatchObject({
      kind: "refused",
      reason: "rate_limited_unavailable",
      retryAfterSeconds: 7,
    });
  });
});

describe("renewing the front end's session", () => {
  const handshake = async (
    cookies: Readonly<Record<string, string | readonly string[]>>,
    target?: string,
  ) => {
    const answer = await recover(cookies, target);
    if (answer.kind !== "redirect") throw new Error(`no redirect: ${answer.kind}`);
    return { location: new URL(answer.location), setCookies: answer.setCookies };
  };
  /** Follows a handshake with the front end's own cookie, back to the app. */
  const follow = async (location: URL) => {
    const headers = { cookie: `__client=${session.clientToken}` };
    const answer = await fetch(location, { headers, redirect: "manual" });
    const back = new URL(answer.headers.get("location") ?? "");
    return back.pathname + back.search;
  };

  test("begins with a handshake that comes back to the same page", async () => {
    const { location, setCookies } = await handshake(
      { __session: token, __client_uat: uat },
      "/notes?page=2",
    );
    expect(location.origin + location.pathname).toBe(
      `${emulator.addresses.issuer}/v1/client/handshake`,
    );
    expect(Object.fromEntries(location.searchParams)).toEqual({
      redirect_url: `${APP}/notes?page=2`,
      __clerk_api_version: "2026-05-12",
      suffixed_cookies: "false",
      __clerk_hs_reason: "session-token-expired",
      format: "nonce",
    });
    expect(setCookies).toEqual([`${COUNT}=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax`]);
  });

  test("begins also when only the client cookie is left", async () => {
    const { location } = await handshake({ [`__client_uat${suffix}`]: uat });
    expect(location.searchParams.get("__clerk_hs_reason")).toBe("client-uat-but-no-session-token");
    expect(location.searchParams.get("suffixed_cookies")).toBe("true");
  });

  test("brings along what a development instance knows its browsers by", async () => {
    const { location } = await handshake({ __client_uat: uat, __clerk_db_jwt: "browser" });
    expect(location.searchParams.get("__clerk_db_jwt")).toBe("browser");
    const synced = await handshake({}, "/notes?__clerk_db_jwt=browser&page=2");
    expect(synced.location.searchParams.get("redirect_url")).toBe(`${APP}/notes?page=2`);
    expect(synced.location.searchParams.get("__clerk_hs_reason")).toBe("dev-browser-sync");
    expect(synced.location.searchParams.get("__clerk_db_jwt")).toBe("browser");
  });

  test("ends with a token and its cookies, once", async () => {
    const { location } = await handshake({ __client_uat: uat });
    const target = await follow(location);
    const answer = await recover({ __client_uat: uat, [COUNT]: "1" }, target);
    expect(answer).toMatchObject({
      kind: "token",
      token: expect.stringMatching(/^ey/),
      setCookies: expect.arrayContaining([
        expect.stringMatching(/^__session=ey/),
        `${COUNT}=0; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
      ]),
    });
    expect(answer.kind === "token" && claimsOf(answer.token)).toMatchObject({
      sub: "user_ada",
      o: { id: "org_acme" },
    });
    expect(await recover({ __client_uat: uat, [COUNT]: "1" }, target)).toEqual({ kind: "none" });
  });

  test("takes no nonce from a link: only a browser that was sent from here has the cookie", async () => {
    const { location } = await handshake({ __client_uat: uat });
    const target = await follow(location);
    emulator.controls.resetRequests();
    expect(await recover({}, target)).toEqual({ kind: "none" });
    expect(await recover({ [COUNT]: ["1", "1"] }, target)).toEqual({ kind: "none" });
    expect(await recover({ __client_uat: uat }, target)).toEqual({ kind: "none" });
    expect(emulator.controls.requests("handshake-payload")).toBe(0);
  });

  test("tells the browser so when nobody is signed in any more", async () => {
    const { location } = await handshake({ __client_uat: uat });
    emulator.controls.endSessions("ada@acme.example");
    const answer = await recover({ __client_uat: uat, [COUNT]: "1" }, await follow(location));
    expect(answer).toMatchObject({
      kind: "none",
      setCookies: expect.arrayContaining([expect.stringMatching(/^__client_uat=0;/)]),
    });
  });

  test("is given up after three handshakes in a minute", async () => {
    for (const [count, next] of [
      ["1", "2"],
      ["2", "3"],
    ]) {
      const { setCookies } = await handshake({ __client_uat: uat, [COUNT]: count ?? "" });
      expect(setCookies[0]).toContain(`${COUNT}=${next};`);
    }
    expect(await recover({ __client_uat: uat, [COUNT]: "3" })).toEqual({ kind: "none" });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["nothing is there", {}],
    ["the front end says that nobody is signed in", { __client_uat: "0" }],
    ["there are only other cookies", { theme: "dark", __clerk_db_jwt: "browser" }],
  ])("is not tried when %s", async (_when, cookies) => {
    expect(await recover(cookies)).toEqual({ kind: "none" });
  });

  test("is not tried with two sessions", async () => {
    const second = await emulator.controls.mintSessionToken({ person: "dan@birch.example" });
    expect(await recover({ __session: [token, second], __client_uat: uat })).toEqual({
      kind: "none",
    });
  });

  test("is not tried where its tokens would be refused", async () => {
    const strict = adapterOf(optionsFor(emulator));
    const page = pageOf(jarOf({ __client_uat: uat }));
    expect(await strict.provider.browserSession.recover(page, strict.tools)).toEqual({
      kind: "none",
    });
  });

  test("is neither done nor refused while Clerk does not answer", async () => {
    const { location } = await handshake({ __client_uat: uat });
    const target = await follow(location);
    emulator.controls.fail({ mode: "error", endpoints: ["handshake-payload"] });
    expect(await recover({ __client_uat: uat, [COUNT]: "1" }, target)).toMatchObject({
      kind: "refused",
      reason: "provider_unavailable",
    });
    await emulator.controls.recover();
  });

  test("of a production instance sends no development token", async () => {
    const live = adapterOf(
      optionsFor(emulator, {
        missingParty: "accept",
        publishableKey: `pk_live_${btoa("clerk.example.com$")}`,
      }),
    );
    const ask = (jar: Readonly<Record<string, string>>, target: string) =>
      live.provider.browserSession.recover(pageOf(jarOf(jar), target), live.tools);
    expect(await ask({}, "/?__clerk_db_jwt=browser")).toEqual({ kind: "none" });
    const sent = await ask({ __client_uat: uat, __clerk_db_jwt: "browser" }, "/");
    expect(
      sent.kind === "redirect" && new URL(sent.location).searchParams.has("__clerk_db_jwt"),
    ).toBe(false);
  });
});
