import express from "express";
import { describe, expect, test } from "vitest";
import { expressAuth } from "@tenantry/express";
import { ada, ben, createTestAuth, dan, eve, signIn } from "./support/auth.ts";
import { serve } from "./support/server.ts";

/** An app with one route per guard. */
async function start() {
  const made = await createTestAuth();
  const { authenticate, requireAuth, requireTenant, requirePermission, authRoutes, get } =
    made.guard;
  const app = express();
  app.use("/auth", authRoutes());
  app.use(authenticate());
  app.get("/open", (req, res) => void res.json({ who: get(req)?.principal.name ?? null }));
  app.get("/auth-only", requireAuth(), (_req, res) => void res.send("in"));
  app.get("/tenant-only", requireTenant(), (req, res) => void res.send(get(req)?.tenant?.slug));
  app.get("/read", requirePermission("notes:read"), (_req, res) => void res.send("in"));
  app.get(
    "/both",
    requirePermission("notes:read", "notes:write"),
    (_q, res) => void res.send("in"),
  );
  return { ...made, ...(await serve(app)), app };
}

async function code(response: Response): Promise<unknown> {
  const body = (await response.json()) as { readonly error: { readonly code: string } };
  return body.error.code;
}

describe("guards", () => {
  test("let nobody in without a credential, and name the way in", async () => {
    await using app = await start();
    for (const path of ["/auth-only", "/tenant-only", "/read"]) {
      const response = await fetch(app.origin + path);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await code(response)).toBe("credential_missing");
    }
  });

  test("send a browser to the sign-in page, and it comes back to the page it wanted", async () => {
    await using app = await start();
    const response = await fetch(`${app.origin}/read?page=2`, {
      headers: { accept: "text/html" },
      redirect: "manual",
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/auth/login?returnTo=%2Fread%3Fpage%3D2");
  });

  test("let in who has every permission that the route asks for", async () => {
    await using app = await start();
    expect(
      await (await fetch(`${app.origin}/both`, { headers: await app.bearer(ada) })).text(),
    ).toBe("in");
  });

  test("refuse who has only one of two permissions", async () => {
    await using app = await start();
    const headers = await app.bearer(ben);
    expect((await fetch(`${app.origin}/read`, { headers })).status).toBe(200);
    const response = await fetch(`${app.origin}/both`, { headers });
    expect(response.status).toBe(403);
    expect(await code(response)).toBe("permission_denied");
  });

  test("refuse a person without a tenant where a tenant is needed, and only there", async () => {
    await using app = await start();
    const headers = await app.bearer(eve);
    expect((await fetch(`${app.origin}/auth-only`, { headers })).status).toBe(200);
    expect(await code(await fetch(`${app.origin}/tenant-only`, { headers }))).toBe(
      "tenant_required",
    );
  });

  test("refuse a bad token even though a good session cookie is there too", async () => {
    await using app = await start();
    const cookie = await signIn(app.origin, ada);
    expect((await fetch(`${app.origin}/read`, { headers: { cookie } })).status).toBe(200);
    const response = await fetch(`${app.origin}/read`, {
      headers: { cookie, authorization: "Bearer not.a.token" },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });

  test("let an open route run for somebody whose credential is refused, as nobody", async () => {
    await using app = await start();
    const response = await fetch(`${app.origin}/open`, {
      headers: { authorization: "Bearer not.a.token" },
    });
    expect(await response.json()).toEqual({ who: null });
  });
});

describe("authentication that was forgotten", () => {
  test.each(["requireAuth", "requireTenant", "requirePermission"] as const)(
    "makes %s refuse everybody, and tells the developer why",
    async (name) => {
      const { guard, bearer, logged } = await createTestAuth();
      const guards = {
        requireAuth: guard.requireAuth(),
        requireTenant: guard.requireTenant(),
        requirePermission: guard.requirePermission("notes:read"),
      };
      let ran = false;
      const app = express();
      app.get("/", guards[name], (_req, res) => {
        ran = true;
        res.send("in");
      });
      app.use(guard.authenticate());
      await using running = await serve(app);
      const response = await fetch(running.origin, { headers: await bearer(ada) });
      expect(response.status).toBe(500);
      expect(await code(response)).toBe("misconfigured");
      expect(response.headers.get("cache-control")).toBe("private, no-store");
      expect(ran).toBe(false);
      expect(logged.map((event) => event.reason).join()).toContain("authenticate()");
    },
  );

  test("means nobody, for a handler that asks who is there", async () => {
    const { guard, bearer } = await createTestAuth();
    const app = express();
    app.get("/", (req, res) => void res.json(guard.get(req)));
    await using running = await serve(app);
    expect(await (await fetch(running.origin, { headers: await bearer(ada) })).json()).toBeNull();
  });

  test("is not made good by an outer mount when the inner one has failed", async () => {
    const { guard, bearer } = await createTestAuth();
    const app = express();
    app.use(guard.authenticate());
    app.use("/pages", guard.authenticate({ tenantParam: "missing" }));
    const goOn: express.ErrorRequestHandler = (_error, _req, _res, next) => next();
    app.use(goOn);
    app.get("/pages", guard.requireAuth(), (_req, res) => void res.send("in"));
    await using running = await serve(app);
    const response = await fetch(`${running.origin}/pages`, { headers: await bearer(ada) });
    expect(response.status).toBe(500);
    expect(await code(response)).toBe("misconfigured");
  });

  test("is not made good by what an outer mount has accepted", async () => {
    const { guard, bearer } = await createTestAuth();
    const app = express();
    app.use(guard.authenticate());
    // This door takes sessions only. The outer one would have let the token in.
    app.use("/pages", guard.authenticate({ accept: ["session"] }));
    app.get("/pages", guard.requireAuth(), (_req, res) => void res.send("in"));
    await using running = await serve(app);
    const response = await fetch(`${running.origin}/pages`, { headers: await bearer(ada) });
    expect(response.status).toBe(401);
  });
});

describe("clerk/javascript@5a7b5c4a88: a context that did not come from this binding", () => {
  test("on `req.auth`, `req.user` or in headers is nobody", async () => {
    const { guard } = await createTestAuth();
    const context = { principal: { kind: "user", id: "root" }, tenant: {}, permissions: [] };
    const forged = { kind: "authenticated", context, setCookies: [], ...context };
    const app = express();
    app.use((req, _res, next) => {
      Object.assign(req, { auth: forged, user: forged, context: forged, outcome: forged });
      next();
    });
    app.use(guard.authenticate());
    app.get("/", (req, res) => void res.json(guard.get(req)));
    app.get("/in", guard.requireAuth(), (_req, res) => void res.send("in"));
    await using running = await serve(app);
    const headers = { "x-auth": JSON.stringify(forged), "x-user-id": "root", "x-tenant": "acme" };
    expect(await (await fetch(running.origin, { headers })).json()).toBeNull();
    expect((await fetch(`${running.origin}/in`, { headers })).status).toBe(401);
  });

  test("from another auth instance in the same process is nobody", async () => {
    const ours = await createTestAuth();
    const theirs = await createTestAuth();
    const app = express();
    app.use(theirs.guard.authenticate());
    app.get("/theirs", theirs.guard.requireAuth(), (_req, res) => void res.send("in"));
    app.get("/ours", ours.guard.requireAuth(), (_req, res) => void res.send("in"));
    app.get("/get", (req, res) => void res.json(ours.guard.get(req)));
    await using running = await serve(app);
    const headers = await theirs.bearer(ada);
    expect((await fetch(`${running.origin}/theirs`, { headers })).status).toBe(200);
    expect((await fetch(`${running.origin}/ours`, { headers })).status).toBe(500);
    expect(await (await fetch(`${running.origin}/get`, { headers })).json()).toBeNull();
  });

  test("from a second binding of the same instance is nobody, because nobody asked it", async () => {
    const { auth, guard, bearer } = await createTestAuth();
    const second = expressAuth(auth);
    const app = express();
    app.use(guard.authenticate());
    app.get("/", second.requireAuth(), (_req, res) => void res.send("in"));
    await using running = await serve(app);
    expect((await fetch(running.origin, { headers: await bearer(dan) })).status).toBe(500);
  });
});
