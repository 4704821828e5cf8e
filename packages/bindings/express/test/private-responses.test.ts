import express, { type ErrorRequestHandler } from "express";
import { expressAuth } from "@tenantry/express";
import { describe, expect, test } from "vitest";
import { ada, ben, createTestAuth, signIn } from "./support/auth.ts";
import { serve } from "./support/server.ts";

async function start() {
  const made = await createTestAuth();
  const { guard } = made;
  const app = express();
  app.use((_req, res, next) => {
    res.vary("Accept-Encoding");
    res.append("set-cookie", "theme=dark");
    next();
  });
  app.use("/auth", guard.authRoutes());
  app.use(guard.authenticate());
  app.get("/open", (_req, res) => void res.send("open"));
  app.get("/read", guard.requirePermission("notes:read"), (_req, res) => void res.send("in"));
  app.get("/write", guard.requirePermission("notes:write"), (_req, res) => void res.send("in"));
  app.get("/cookie", (_req, res) => void res.append("set-cookie", "seen=1").send("open"));
  app.get("/error", guard.requireAuth(), () => {
    throw new Error("a handler failed");
  });
  const onError: ErrorRequestHandler = (_error, _req, res, _next) => {
    res.status(500).send("failed");
  };
  app.use("/handled", onError);
  app.set("env", "test"); // Express then does not print what this test makes fail
  return { ...made, ...(await serve(app)) };
}

describe("CVE-2025-64762, CVE-2025-48947: no cache may give one person's response to another", () => {
  test.each([
    ["a page for everybody", "/open", 200],
    ["a page behind a guard", "/read", 200],
    ["a refusal", "/write", 403],
    ["a handler that fails", "/error", 500],
    ["no such page", "/nowhere", 404],
    ["who am I", "/auth/me", 401],
    ["the start of a sign-in", "/auth/login", 303],
    ["no such auth route", "/auth/nowhere", 404],
  ])("%s is private and not stored", async (_, path, status) => {
    await using app = await start();
    const response = await fetch(app.origin + path, {
      headers: path.startsWith("/auth") ? {} : await app.bearer(ben),
      redirect: "manual",
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control") ?? "").toMatch(
      /private.*no-store|no-store.*private/,
    );
    const vary = (response.headers.get("vary") ?? "").toLowerCase().split(/,\s*/);
    expect(vary).toEqual(expect.arrayContaining(["cookie", "authorization", "accept-encoding"]));
  });

  test("a sign-in keeps the cookies that the app has set", async () => {
    await using app = await start();
    const response = await fetch(`${app.origin}/auth/login`, { redirect: "manual" });
    const names = response.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
    expect(names).toContain("theme");
    expect(names.filter((name) => name?.startsWith("__Host-"))).toHaveLength(1);
  });

  test("several cookies of one response stay several", async () => {
    await using app = await start();
    const cookie = await signIn(app.origin, ada);
    const response = await fetch(`${app.origin}/cookie`, { headers: { cookie } });
    expect(response.headers.getSetCookie()).toEqual(["theme=dark", "seen=1"]);
    // A finished sign-in sets the session and forgets the flow.
    const started = await fetch(`${app.origin}/auth/login`, { redirect: "manual" });
    expect(started.headers.getSetCookie().length).toBe(2);
  });

  test("a page of a signed-in browser is private too", async () => {
    await using app = await start();
    const cookie = await signIn(app.origin, ada);
    const response = await fetch(`${app.origin}/read`, { headers: { cookie } });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  test("a renewal sends the browser on, with its cookies and without running a handler", async () => {
    const { auth } = await createTestAuth();
    const location = "https://idp.example.test/renew";
    const guard = expressAuth({
      ...auth,
      authenticate: () =>
        Promise.resolve({ kind: "redirect", location, setCookies: ["a=1", "b=2"] } as const),
    });
    let ran = false;
    const app = express();
    app.use(guard.authenticate());
    app.get("/", (_req, res) => {
      ran = true;
      res.send("in");
    });
    await using running = await serve(app);
    const response = await fetch(running.origin, { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(location);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(ran).toBe(false);
  });
});
