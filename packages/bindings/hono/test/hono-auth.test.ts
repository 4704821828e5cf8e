import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { hostTenant } from "@tenantry/core";
import { ada, ben, cookiesOf, createTestAuth, dan } from "@tenantry/binding-suite";
import { honoAuth } from "@tenantry/hono";
import { describe, expect, test } from "vitest";

const PRIVATE = "private, no-store";

async function start() {
  const made = await createTestAuth();
  return { ...made, guard: honoAuth(made.auth) };
}

describe("clerk/javascript@5a7b5c4a88: c.var.auth is a copy for reading", () => {
  const forged = { principal: { kind: "user", id: "root" }, tenant: { slug: "birch" } };

  test("what somebody has put there opens no guard", async () => {
    const { guard } = await start();
    const app = new Hono<{ Variables: { auth: unknown } }>();
    app.use(guard.authenticate());
    app.use(async (c, next) => {
      c.set("auth", forged);
      await next();
    });
    app.get("/", guard.requireAuth(), (c) => c.text("in"));
    app.get("/get", (c) => c.json(guard.get(c)));
    expect((await app.request("/")).status).toBe(401);
    expect(await (await app.request("/get")).json()).toBeNull();
  });

  test("behind a guard it is what the guard has checked", async () => {
    const { guard, bearer } = await start();
    const app = new Hono();
    app.use(guard.authenticate());
    app.use(async (c, next) => {
      Reflect.apply(c.set, c, ["auth", forged]);
      await next();
    });
    app.get("/", guard.requireTenant(), (c) => c.text(c.var.auth.tenant.slug));
    expect(await (await app.request("/", { headers: await bearer(ada) })).text()).toBe("acme");
  });

  test("two instances in one app have a variable each", async () => {
    const ours = await start();
    const theirs = await createTestAuth();
    const other = honoAuth(theirs.auth, { variable: "other" });
    const app = new Hono();
    app.use(ours.guard.authenticate(), other.authenticate());
    app.get("/", ours.guard.requireTenant(), (c) =>
      c.json({ ours: c.var.auth.tenant.slug, other: Reflect.get(c.var, "other") }),
    );
    const response = await app.request("/", { headers: await ours.bearer(dan) });
    expect(await response.json()).toEqual({ ours: "birch", other: null });
  });
});

describe("a response that a handler has made by itself", () => {
  test.each([
    ["new Response", () => new Response("own")],
    ["an immutable one", () => fetch("data:text/plain,own")],
    [
      "an exception with a response",
      () => {
        throw new HTTPException(418, { res: new Response("own", { status: 418 }) });
      },
    ],
  ])("%s is private and keeps the cookies of a renewal", async (_, handler) => {
    const { auth } = await createTestAuth();
    const guard = honoAuth({
      ...auth,
      authenticate: () => Promise.resolve({ kind: "anonymous", setCookies: ["a=1", "b=2"] }),
    });
    const app = new Hono();
    app.use(guard.authenticate());
    app.get("/", handler);
    const response = await app.request("/");
    expect(await response.text()).toBe("own");
    expect(response.headers.get("cache-control")).toBe(PRIVATE);
    expect(response.headers.get("vary")).toBe("Cookie, Authorization, Accept");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("its own Cache-Control stays, as in every binding", async () => {
    const { guard } = await start();
    const app = new Hono();
    app.use(guard.authenticate());
    app.get("/", () => new Response("own", { headers: { "cache-control": "public" } }));
    expect((await app.request("/")).headers.get("cache-control")).toBe("public");
  });
});

describe("what other middleware has set", () => {
  test.each([
    ["through c.header", false],
    ["on c.res", true],
  ])("%s stays on refusals and on the auth routes", async (_, onResponse) => {
    const { auth, guard } = await start();
    const app = new Hono();
    app.use(async (c, next) => {
      if (onResponse) c.res.headers.set("vary", "Origin");
      else c.header("vary", "Origin");
      c.header("set-cookie", "theme=dark", { append: true });
      await next();
    });
    app.all(`${auth.routes.path}/*`, guard.authRoutes());
    app.use(guard.authenticate());
    app.get("/in", guard.requireAuth(), (c) => c.text("in"));
    for (const [path, status, cookies] of [
      ["/in", 401, 1],
      ["/auth/login", 303, 2],
    ] as const) {
      const response = await app.request(path);
      expect(response.status).toBe(status);
      expect(response.headers.get("vary")).toBe("Origin, Cookie, Authorization, Accept");
      expect(response.headers.getSetCookie()).toHaveLength(cookies);
      expect(response.headers.getSetCookie()[0]).toBe("theme=dark");
    }
  });
});

describe("the peer's address", () => {
  const proxied = async (remoteAddress: string | undefined) => {
    const { auth, bearer } = await createTestAuth({
      tenants: [hostTenant("{tenant}.app.example.test")],
      trustedProxies: ["192.0.2.1"],
    });
    const guard = honoAuth(auth, { remoteAddress: () => remoteAddress });
    const app = new Hono();
    app.use(guard.authenticate());
    app.get("/", guard.requireTenant(), (c) => c.text(c.var.auth.tenant.slug));
    return app.request("/", {
      headers: {
        ...(await bearer(ada)),
        host: "inner.app.example.test",
        "x-forwarded-host": "acme.app.example.test",
      },
    });
  };

  test("of a listed proxy lets it name the host", async () => {
    expect(await (await proxied("192.0.2.1")).text()).toBe("acme");
  });

  test.each(["192.0.2.2", undefined])("%s lets nobody", async (address) => {
    expect((await proxied(address)).status).toBe(404);
  });
});

describe("apps in apps", () => {
  test("a routed app is guarded by the outer authenticate", async () => {
    const { guard, bearer } = await start();
    const inner = new Hono();
    inner.get("/notes", guard.requireTenant(), (c) => c.text(c.var.auth.tenant.slug));
    const app = new Hono();
    app.use(guard.authenticate());
    app.route("/t/acme", inner);
    const headers = await bearer(ada);
    expect(await (await app.request("/t/acme/notes", { headers })).text()).toBe("acme");
  });

  test("a mounted app has requests of its own, which nobody has authenticated", async () => {
    const { guard, bearer, logged } = await start();
    const inner = new Hono();
    inner.get("/notes", guard.requireTenant(), (c) => c.text("in"));
    const app = new Hono();
    app.use(guard.authenticate());
    app.mount("/inner", inner.fetch);
    const response = await app.request("/inner/notes", { headers: await bearer(ada) });
    expect(response.status).toBe(500);
    expect(logged.map(({ event }) => event)).toContain("guard.authenticate_missing");
  });
});

describe("the auth routes, when something has read the body", () => {
  const leave = async (
    read: (c: import("hono").Context) => unknown,
    { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  ) => {
    const { auth, guard, signIn } = await start();
    const app = new Hono();
    app.use(async (c, next) => {
      await read(c);
      await next();
    });
    app.all(`${auth.routes.path}/*`, guard.authRoutes());
    const errors: unknown[] = [];
    app.onError((error, c) => {
      errors.push(error);
      return c.text("failed", 500);
    });
    const response = await app.request("/auth/leave", {
      method: "POST",
      headers: { origin: "http://localhost:3000", cookie: await signIn(ada), ...headers },
      body,
    });
    return { response, errors };
  };
  const form = {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "returnTo=%2Fgoodbye%3Fto%3D%25C3%25BC",
  };
  const json = {
    headers: { "content-type": "application/json" },
    body: '{"returnTo":"/goodbye?to=%C3%BC"}',
  };

  test.each([
    ["parseBody", (c: import("hono").Context) => c.req.parseBody(), form],
    ["formData", (c: import("hono").Context) => c.req.formData(), form],
    ["text", (c: import("hono").Context) => c.req.text(), form],
    ["json", (c: import("hono").Context) => c.req.json(), json],
    ["arrayBuffer", (c: import("hono").Context) => c.req.arrayBuffer(), json],
  ])("%s leaves it to them", async (_, read, sent) => {
    const { response } = await leave(read, sent);
    expect(response.headers.get("location")).toBe("/goodbye?to=%C3%BC");
  });

  test("a field that is sent twice is refused all the same", async () => {
    const { response } = await leave((c) => c.req.formData(), {
      ...form,
      body: "returnTo=%2Fa&returnTo=%2Fb",
    });
    expect(response.status).toBe(400);
  });

  test("past Hono: the developer is told", async () => {
    const { response, errors } = await leave((c) => c.req.raw.text(), form);
    expect(response.status).toBe(500);
    expect(String(errors[0])).toContain("authRoutes()");
  });
});

test("a sign-in ends in a session that the guards know", async () => {
  const { auth, guard } = await start();
  const app = new Hono();
  app.all(`${auth.routes.path}/*`, guard.authRoutes());
  app.use(guard.authenticate());
  app.get("/", guard.requireTenant(), (c) => c.text(c.var.auth.principal.name ?? ""));
  const started = await app.request("/auth/login");
  const state = new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({
    state,
    who: [ben.subject, ben.organization, ben.role].join(),
  });
  const ended = await app.request(`/auth/callback/test?${query.toString()}`, {
    headers: { cookie: cookiesOf(started.headers.getSetCookie()) },
  });
  const cookie = cookiesOf(ended.headers.getSetCookie());
  expect(await (await app.request("/", { headers: { cookie } })).text()).toBe("ben");
});
