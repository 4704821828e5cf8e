import { describe, expect, test } from "vitest";
import { BASE_URL, breakMethod, createApp, identityOf, signIn, type App } from "./kit.ts";

const JSON_ONLY = { accept: "application/json" };

const raw = (app: App, path: string, init: RequestInit = {}) =>
  app.auth.routes.handle(new Request(new URL(path, BASE_URL), init));

const POSTS = ["login", "logout", "switch", "enter", "leave", "sessions/revoke"];
const GETS = ["login", "logout", "switch?tenant=acme", "me", "tenants", "sessions"];

describe("row 14: every answer of the auth routes", () => {
  test("is private, whether signed in or not, page or JSON, allowed or refused", async () => {
    const app = await createApp();
    const [nobody, ada] = [app.browser(), app.browser()];
    const responses = [await signIn(app, ada)];
    for (const browser of [nobody, ada]) {
      for (const path of [...GETS, "callback/acme-idp?state=x", "nowhere", "callback/x/y/z"]) {
        responses.push(await browser.get(`/auth/${path}`));
        responses.push(await browser.get(`/auth/${path}`, JSON_ONLY));
      }
    }
    for (const path of [...POSTS, "backchannel-logout/acme-idp"]) {
      responses.push(await ada.post(`/auth/${path}`));
      responses.push(await ada.post(`/auth/${path}`, {}, { origin: "https://evil.example" }));
    }
    expect(new Set(responses.map(({ status }) => status)).size).toBeGreaterThan(5);
    for (const { headers } of responses) {
      expect(headers.get("cache-control")).toBe("private, no-store");
      expect(headers.get("vary")).toMatch(/^Cookie, Authorization/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  });

  test("that is a page allows no scripts, no frames and nothing from elsewhere", async () => {
    const app = await createApp();
    const response = await app.browser().get("/auth/logout");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/unsafe|script-src|https:/);
    expect(response.headers.get("x-frame-options")).toBe("DENY");
  });
});

describe("the auth routes", () => {
  test.each(POSTS)(
    "row 40: refuse POST %s from other pages before they look at it",
    async (path) => {
      const app = await createApp();
      const browser = app.browser();
      await signIn(app, browser);
      for (const headers of [
        { origin: "https://evil.example" },
        { origin: "null" },
        { origin: "" },
      ]) {
        const response = await browser.post(`/auth/${path}`, {}, headers);
        expect([response.status, path]).toEqual([403, path]);
      }
    },
  );

  test("row 40: accept a further origin only if it is configured, exactly", async () => {
    const app = await createApp({ allowedOrigins: ["https://admin.example.com"] });
    const post = async (origin: string) =>
      (await app.browser().post("/auth/logout", {}, { origin })).status;
    expect(await post("https://admin.example.com")).toBe(303);
    expect(await post("https://admin.example.com:8443")).toBe(403);
    expect(await post("https://xadmin.example.com")).toBe(403);
  });

  test.each([
    ["POST", "me", "GET"],
    ["DELETE", "login", "GET, POST"],
    ["HEAD", "login", "GET, POST"],
    ["GET", "enter", "POST"],
    ["PUT", "sessions/revoke", "POST"],
    ["POST", "callback/acme-idp", "GET"],
    ["GET", "backchannel-logout/acme-idp", "POST"],
  ])("answer %s %s with 405 and what they allow", async (method, path, allow) => {
    const app = await createApp();
    const response = await raw(app, `/auth/${path}`, { method, headers: { origin: BASE_URL } });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });

  test.each([
    "/auth",
    "/auth/",
    "/auth//login",
    "/auth/login/",
    "/auth/LOGIN",
    "/auth/log%69n",
    "/auth/login;x",
    "/auth/callback",
    "/auth/callback/",
    "/auth/callback/UPPER",
    "/auth/callback/acme-idp/",
    "/auth/callback/acme-idp/a%2fb",
    "/auth/callback/acme-idp/a/b",
    "/auth/toString",
    "/auth/__proto__",
    "/auth/constructor",
    "/other/login",
    "//auth/login",
  ])("row 26: do not take %s for one of theirs", async (path) => {
    const app = await createApp();
    expect((await raw(app, BASE_URL + path)).status).toBe(404);
    expect(app.fake.starts).toEqual([]);
  });

  test("refuse a parameter that was given twice", async () => {
    const app = await createApp();
    expect((await raw(app, "/auth/login?tenant=acme&tenant=globex")).status).toBe(400);
    const body = "tenant=acme&tenant=globex";
    const headers = { origin: BASE_URL, "content-type": "application/x-www-form-urlencoded" };
    expect((await raw(app, "/auth/switch", { method: "POST", headers, body })).status).toBe(400);
  });

  test("refuse a body of more than 16 kB, also one that does not say how long it is", async () => {
    const app = await createApp();
    const headers = { origin: BASE_URL, "content-type": "application/x-www-form-urlencoded" };
    const at = async (length: number) => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(`email=${"x".repeat(length - 6)}`));
          controller.close();
        },
      });
      const init = { method: "POST", headers, body, duplex: "half" };
      return (await raw(app, "/auth/login", init)).status;
    };
    expect(await at(16_384)).toBe(303);
    expect(await at(16_385)).toBe(413);
  });

  test.each([
    ["text/plain", '{"tenant":"acme"}'],
    ["multipart/form-data; boundary=x", "--x--"],
    ["application/json", "not json"],
    ["application/json", '["tenant"]'],
    ["application/json", "null"],
    ["application/json", '{"tenant":{"$ne":""}}'],
  ])("refuse a body of type %s that is %s", async (type, body) => {
    const app = await createApp();
    const headers = { origin: BASE_URL, "content-type": type };
    expect((await raw(app, "/auth/login", { method: "POST", headers, body })).status).toBe(400);
  });

  test("read flat JSON like a form", async () => {
    const app = await createApp();
    const headers = { origin: BASE_URL, "content-type": "application/json; charset=utf-8" };
    const body = JSON.stringify({ tenant: "globex", returnTo: null });
    const response = await raw(app, "/auth/login", { method: "POST", headers, body });
    expect(response.status).toBe(303);
    expect(app.fake.starts[0]?.tenant).toMatchObject({ external: "org_globex" });
  });

  test("row 21: refuse a session cookie that came twice, whatever the two are", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const value = browser.cookies.get("__Host-tenantry") ?? "";
    const cookie = `__Host-tenantry=${value}; __Host-tenantry=${value}`;
    for (const path of ["me", "tenants", "sessions"]) {
      const response = await raw(app, `/auth/${path}`, { headers: { cookie, ...JSON_ONLY } });
      expect(response.status).toBe(400);
    }
  });

  test("row 23: answer whatever they are sent, and never throw", async () => {
    const app = await createApp();
    const junk = [
      "%",
      "%ff",
      "\u00ff\u00fe",
      "a=b; =; ;;",
      "x".repeat(40_000),
      "Bearer %",
      "[]",
      "null",
    ];
    for (const header of [
      "cookie",
      "origin",
      "accept",
      "content-type",
      "authorization",
      "referer",
    ]) {
      for (const value of junk) {
        for (const path of [...GETS, "callback/acme-idp?state=%"]) {
          const response = await raw(app, `/auth/${path}`, { headers: { [header]: value } });
          expect(response.status).toBeLessThan(500);
        }
        for (const path of POSTS) {
          const init = {
            method: "POST",
            headers: { origin: BASE_URL, [header]: value },
            body: "%=%",
          };
          expect((await raw(app, `/auth/${path}`, init)).status).toBeLessThan(500);
        }
      }
    }
  });

  test("row 39: never send anybody off the site after sign-in", async () => {
    const app = await createApp();
    const attempts = [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "/%2f%2fevil.example",
    ];
    for (const returnTo of [...attempts, "/auth/logout", "/auth/callback/acme-idp"]) {
      const query = `?returnTo=${encodeURIComponent(returnTo)}`;
      const back = await signIn(app, app.browser(), { query });
      expect(back.headers.get("location")).toBe("/");
    }
  });

  test("row 22: answer 503 when the store fails in an unexpected place, without its words", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    breakMethod(app.stores.memberships, "listByUser");
    const response = await browser.get("/auth/tenants", JSON_ONLY);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("password");
    expect(JSON.stringify(app.logs)).not.toContain("password");
  });
});

describe("the JSON contract", () => {
  test("gives an address where a browser would be sent there", async () => {
    const app = await createApp();
    const browser = app.browser();
    const login = await browser.get("/auth/login", JSON_ONLY);
    expect(login.status).toBe(200);
    expect(await login.json()).toEqual({
      location: expect.stringMatching(/^https:\/\/idp\.example\/authorize/),
    });
    const logout = await browser.post("/auth/logout", {}, JSON_ONLY);
    expect(await logout.json()).toEqual({ location: "/" });
  });

  test("gives a page as data where a browser would see it", async () => {
    const app = await createApp();
    const response = await app.browser().get("/auth/logout", JSON_ONLY);
    expect(await response.json()).toMatchObject({
      page: { kind: "confirm", form: { action: "/auth/logout" } },
    });
  });

  test("gives errors with the code and status of the table", async () => {
    const app = await createApp();
    const browser = app.browser();
    await signIn(app, browser);
    const response = await browser.post("/auth/switch", { tenant: "globex" }, JSON_ONLY);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "tenant_not_found" } });
  });
});

describe("row 16: a thousand interleaved requests", () => {
  test("each see their own person and no other", async () => {
    const app = await createApp();
    const people = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const browser = app.browser();
        const started = await browser.get("/auth/login");
        const state =
          new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
        return { browser, state, name: `person-${index}` };
      }),
    );
    const nameOf = new Map(people.map(({ state, name }) => [state, name]));
    app.fake.answers.resume = ({ flowId }) => {
      const name = nameOf.get(flowId) ?? "";
      return { kind: "done", identity: identityOf({ subject: name, name }) };
    };
    await Promise.all(
      people.map(({ browser, state }) => browser.get(`/auth/callback/acme-idp?state=${state}`)),
    );
    const seen = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const person = people[index % people.length];
        const response = await person?.browser.get("/auth/me", JSON_ONLY);
        const body = (await response?.json()) as { readonly principal: { readonly name: string } };
        return [person?.name, body.principal.name];
      }),
    );
    expect(seen.filter(([expected, actual]) => expected !== actual)).toEqual([]);
  });
});
