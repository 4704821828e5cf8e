import express, { type Request } from "express";
import { hostTenant, pathTenant } from "@tenantry/core";
import { describe, expect, test } from "vitest";
import { ada, createTestAuth, dan } from "./support/auth.ts";
import { message, serve } from "./support/server.ts";

/**
 * One guarded route below a tenant. `ran` collects what the handler saw: the tenant that was
 * checked, and the one that the router has read from the path.
 */
async function start({ byRoute }: { readonly byRoute: boolean }) {
  const made = await createTestAuth({ tenants: byRoute ? [] : [pathTenant("/t/:tenant")] });
  const { guard, bearer } = made;
  const ran: { readonly checked: string | undefined; readonly routed: string | undefined }[] = [];
  const handler = (req: Request) => {
    const { tenant } = req.params;
    ran.push({
      checked: guard.get(req)?.tenant?.slug,
      routed: typeof tenant === "string" ? tenant : undefined,
    });
    req.res?.send("ran");
  };
  const app = express();
  app.set("env", "test");
  if (!byRoute) app.use(guard.authenticate());
  const first = byRoute ? [guard.authenticate({ tenantParam: "tenant" })] : [];
  app.get("/t/:tenant/notes", ...first, guard.requirePermission("notes:read"), handler);
  const running = await serve(app);
  // Dan is known, so that Birch exists.
  await fetch(`${running.origin}/t/birch/notes`, { headers: await bearer(dan) });
  ran.length = 0;
  return { ...made, ...running, ran };
}

const TARGETS = [
  "/t/birch/notes",
  "/T/birch/notes",
  "/t/BIRCH/notes",
  "/t/Birch/Notes",
  "//t/birch/notes",
  "/t//birch/notes",
  "/t/birch//notes",
  "/t/birch/notes/",
  "/t%2fbirch%2fnotes",
  "/%74/birch/notes",
  "/t/%62irch/notes",
  "/t/birch%2fnotes",
  "/t/acme%2f..%2fbirch/notes",
  "/t/acme/../birch/notes",
  "/t/acme;/../birch/notes",
  "/t/birch;a=b/notes",
  "/t/birch/notes;a=b",
  "/t/./birch/notes",
  "/t/birch/notes#/t/acme/notes",
  "/t/birch/notes?tenant=acme",
  "/t/birch/notes?x=/t/acme/notes",
  "/t/birch%00/notes",
  "/t/birch%/notes",
  "/t\\birch\\notes",
  "http://app.example.test/t/birch/notes",
  "http://app.example.test//t/birch/notes",
  "http://t/birch/notes",
  "http://acme@t/t/birch/notes",
  "http://app.example.test\\t\\birch\\notes",
  "HTTP://app.example.test/t/birch/notes",
  "http://app.example.test?/t/birch/notes",
  "ftp://app.example.test/t/birch/notes",
  "*",
  "t/birch/notes",
];

describe("CVE-2026-41248, CVE-2025-29927: however the path is written", () => {
  describe.each([
    ["with authenticate in front of the app", false],
    ["with authenticate on the route", true],
  ])("%s", (_, byRoute) => {
    test("nobody reads another tenant's notes, or any without a credential", async () => {
      await using app = await start({ byRoute });
      const { authorization } = await app.bearer(ada);
      const served: string[] = [];
      for (const target of TARGETS) {
        const anonymous = await app.raw(message(`GET ${target}`));
        const foreign = await app.raw(message(`GET ${target}`, [["authorization", authorization]]));
        if (/^HTTP\/1\.1 200/m.test(`${anonymous}\n${foreign}`)) served.push(target);
      }
      expect(served).toEqual([]);
      expect(app.ran).toEqual([]);
    });

    test("the tenant that was checked is the tenant that the router has read", async () => {
      await using app = await start({ byRoute });
      const { authorization } = await app.bearer(ada);
      for (const target of TARGETS) {
        const own = target.replaceAll("birch", "acme").replaceAll("%62irch", "%61cme");
        await app.raw(message(`GET ${own}`, [["authorization", authorization]]));
      }
      expect(app.ran.length).toBeGreaterThan(0);
      for (const { checked, routed } of app.ran) expect(routed).toBe(checked);
    });
  });

  test("a route that lost its parameter refuses instead of forgetting the check", async () => {
    const { guard, bearer } = await createTestAuth();
    const app = express();
    app.set("env", "test");
    const router = express.Router(); // without mergeParams
    router.get("/notes", guard.authenticate({ tenantParam: "tenant" }), (_req, res) => {
      res.send("ran");
    });
    app.use("/t/:tenant", router);
    await using running = await serve(app);
    const response = await fetch(`${running.origin}/t/acme/notes`, { headers: await bearer(ada) });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toBe("ran");
  });

  test("a router that is mounted below the tenant still sees the whole path", async () => {
    const { guard, bearer } = await createTestAuth({ tenants: [pathTenant("/t/:tenant")] });
    const app = express();
    const router = express.Router();
    router.use(guard.authenticate());
    router.get("/notes", guard.requireTenant(), (req, res) => {
      res.send(guard.get(req)?.tenant?.slug);
    });
    app.use("/t/:tenant", router);
    await using running = await serve(app);
    const headers = await bearer(ada);
    expect(await (await fetch(`${running.origin}/t/acme/notes`, { headers })).text()).toBe("acme");
    expect((await fetch(`${running.origin}/t/birch/notes`, { headers })).status).toBe(404);
  });

  test("a parameter of another tenant is refused like one that does not exist", async () => {
    await using app = await start({ byRoute: true });
    const headers = await app.bearer(ada);
    const foreign = await fetch(`${app.origin}/t/birch/notes`, { headers });
    const absent = await fetch(`${app.origin}/t/nowhere/notes`, { headers });
    expect(foreign.status).toBe(404);
    expect(absent.status).toBe(404);
    expect(await foreign.text()).toBe(await absent.text());
  });
});

describe("CVE-2026-40575, CVE-2025-64484: headers that claim to know better", () => {
  const CLAIMS: readonly (readonly [string, string])[] = [
    ["x-forwarded-host", "birch.app.example.test"],
    ["x_forwarded_host", "birch.app.example.test"],
    ["forwarded", "host=birch.app.example.test;for=127.0.0.1"],
    ["x-original-url", "/t/birch/notes"],
    ["x-rewrite-url", "/t/birch/notes"],
    ["x-forwarded-uri", "/t/birch/notes"],
    ["x-forwarded-user", "dan"],
    ["x_forwarded_user", "dan"],
    ["x-forwarded-email", "dan@birch.example"],
    ["x-auth-request-user", "dan"],
    ["x-remote-user", "dan"],
    ["remote_user", "dan"],
    ["x-tenant", "birch"],
    ["x-tenant-id", "birch"],
    ["x-middleware-subrequest", "middleware:middleware:middleware"],
    ["x-http-method-override", "OPTIONS"],
    ["user-agent", "kube-probe/1.30"],
    ["x-forwarded-for", "127.0.0.1"],
    ["x-real-ip", "127.0.0.1"],
  ];

  test.each(CLAIMS)("%s lets nobody in and changes no tenant", async (name, value) => {
    const { guard, bearer } = await createTestAuth();
    const app = express();
    // The developer may have good reasons for this. It must not reach authentication.
    app.set("trust proxy", true);
    app.use(guard.authenticate());
    app.get("/", guard.requireTenant(), (req, res) => void res.send(guard.get(req)?.tenant?.slug));
    await using running = await serve(app);
    expect((await fetch(running.origin, { headers: { [name]: value } })).status).toBe(401);
    const headers = { ...(await bearer(ada)), [name]: value };
    expect(await (await fetch(running.origin, { headers })).text()).toBe("acme");
  });

  test("a forwarded host from a client that is no listed proxy chooses no tenant", async () => {
    const { guard, bearer } = await createTestAuth({
      tenants: [hostTenant("{tenant}.app.example.test")],
      trustedProxies: ["192.0.2.1"],
    });
    const app = express();
    app.set("trust proxy", true);
    app.use(guard.authenticate());
    app.get("/", guard.requireTenant(), (req, res) => void res.send(guard.get(req)?.tenant?.slug));
    await using running = await serve(app);
    const { authorization } = await bearer(ada);
    const answer = await running.raw(
      `GET / HTTP/1.1\r\nhost: birch.app.example.test\r\nx-forwarded-host: acme.app.example.test\r\nx-forwarded-for: 192.0.2.1\r\nauthorization: ${authorization}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
  });
});

describe("a header that is sent twice", () => {
  test.each(["Authorization", "authorization"])(
    "%s is refused, whichever is good",
    async (name) => {
      const { guard, bearer } = await createTestAuth();
      const app = express();
      app.use(guard.authenticate());
      app.get("/", guard.requireAuth(), (_req, res) => void res.send("in"));
      await using running = await serve(app);
      const { authorization } = await bearer(ada);
      const answer = await running.raw(
        message("GET /", [
          ["authorization", authorization],
          [name, authorization],
        ]),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400/);
      expect(answer).toContain("credential_malformed");
    },
  );
});
