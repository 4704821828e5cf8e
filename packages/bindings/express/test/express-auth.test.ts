import { gzipSync } from "node:zlib";
import { ada, createTestAuth, send, SIGNATURE_HEADER, signatureOf } from "@tenantry/binding-suite";
import { pathTenant } from "@tenantry/core";
import { expressAuth } from "@tenantry/express";
import express, { type ErrorRequestHandler, type Express } from "express";
import { describe, expect, test } from "vitest";
import { serve } from "./support/server.ts";

async function start(options: Parameters<typeof createTestAuth>[0] = {}) {
  const made = await createTestAuth(options);
  const app = express();
  app.set("env", "test"); // Express then does not print what a test makes fail
  return { ...made, app, guard: expressAuth(made.auth) };
}

describe("CVE-2026-41248: routers in routers", () => {
  test("a route that lost its parameter refuses instead of forgetting the check", async () => {
    const { app, guard, bearer } = await start();
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

  test("a router with mergeParams reads the tenant of the path above it", async () => {
    const { app, guard, bearer } = await start();
    const router = express.Router({ mergeParams: true });
    router.use(guard.authenticate({ tenantParam: "tenant" }));
    router.get("/notes", guard.requireTenant(), (_req, res) => void res.send("ran"));
    app.use("/t/:tenant", router);
    await using running = await serve(app);
    const headers = await bearer(ada);
    expect((await fetch(`${running.origin}/t/acme/notes`, { headers })).status).toBe(200);
    expect((await fetch(`${running.origin}/t/birch/notes`, { headers })).status).toBe(404);
  });

  test("a router that is mounted below the tenant still sees the whole path", async () => {
    const { app, guard, bearer } = await start({ tenants: [pathTenant("/t/:tenant")] });
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

  test("an error handler that goes on does not go on as the one whom an outer mount let in", async () => {
    const { app, guard, bearer } = await start();
    app.use(guard.authenticate());
    app.use("/pages", guard.authenticate({ tenantParam: "missing" }));
    const goOn: ErrorRequestHandler = (_error, _req, _res, next) => next();
    app.use(goOn);
    app.get("/pages", guard.requireAuth(), (_req, res) => void res.send("in"));
    await using running = await serve(app);
    const response = await fetch(`${running.origin}/pages`, { headers: await bearer(ada) });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: "misconfigured" } });
  });
});

describe("a request that was answered while we asked who it is", () => {
  test("is left alone", async () => {
    const { auth, bearer } = await start();
    let ran = false;
    const app = express();
    app.use((_req, res, next) => {
      next();
      res.status(503).send("too late");
    });
    app.use(expressAuth(auth).authenticate());
    app.get("/", (_req, res) => {
      ran = true;
      res.end("in");
    });
    await using running = await serve(app);
    const response = await fetch(running.origin, { headers: await bearer(ada) });
    expect([response.status, await response.text()]).toEqual([503, "too late"]);
    expect(ran).toBe(false);
  });
});

describe("the auth routes behind a parser of Express", () => {
  const form = ["content-type", "application/x-www-form-urlencoded"] as const;

  /** Posts to a route that answers with where it was told to go. */
  async function leave(
    prepare: (app: Express) => void,
    body: string,
    headers: readonly (readonly [string, string])[] = [form],
  ) {
    const { app, guard, signIn } = await start();
    prepare(app);
    app.use("/auth", guard.authRoutes());
    const errors: unknown[] = [];
    const onError: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error);
      res.status(500).end();
    };
    app.use(onError);
    await using running = await serve(app);
    const cookie = await signIn(ada);
    const reply = await send(running.address.port, {
      line: "POST /auth/leave",
      headers: [["cookie", cookie], ["origin", "http://localhost:3000"], ...headers],
      body,
    });
    const location = reply.headers.find(([name]) => name === "location")?.[1];
    return { status: reply.status, location, errors };
  }

  test.each([
    ["raw()", express.raw({ type: () => true })],
    ["text()", express.text({ type: () => true })],
    ["urlencoded() without structure", express.urlencoded({ extended: false })],
  ])("%s read a form", async (_, parser) => {
    const left = await leave((app) => void app.use(parser), "returnTo=%2Fgoodbye");
    expect(left).toMatchObject({ status: 303, location: "/goodbye" });
  });

  test("raw() verify a webhook", async () => {
    const { app, guard } = await start();
    app.use(express.raw({ type: () => true }));
    app.use("/auth", guard.authRoutes());
    await using running = await serve(app);
    const body = '{ "event":\t"user.updated" }';
    const webhook = (signature: string) =>
      send(running.address.port, {
        line: "POST /auth/webhooks/test",
        headers: [
          ["content-type", "application/json"],
          [SIGNATURE_HEADER, signature],
        ],
        body,
      });
    expect((await webhook(signatureOf(body))).status).toBe(200);
    expect((await webhook(signatureOf("another"))).status).toBe(400);
  });

  test("refuse a field that is sent twice, whatever parser has read it", async () => {
    for (const parser of [
      express.raw({ type: () => true }),
      express.text({ type: () => true }),
      express.urlencoded({ extended: false }),
    ]) {
      const left = await leave((app) => void app.use(parser), "returnTo=%2Fa&returnTo=%2Fb");
      expect(left.status).toBe(400);
    }
  });

  test("read a body that it has unpacked", async () => {
    const left = await leave(
      (app) => void app.use(express.json()),
      gzipSync('{"returnTo":"/goodbye"}').toString("latin1"),
      [
        ["content-type", "application/json"],
        ["content-encoding", "gzip"],
      ],
    );
    expect(left).toMatchObject({ status: 303, location: "/goodbye" });
  });

  test("tell the developer of a body that something has swallowed", async () => {
    const left = await leave((app) => {
      app.use((req, _res, next) => {
        req.resume().once("end", () => next());
      });
    }, "returnTo=%2Fgoodbye");
    expect(left.status).toBe(500);
    expect(String(left.errors[0])).toContain("authRoutes()");
  });
});
