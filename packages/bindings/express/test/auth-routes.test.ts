import { gzipSync } from "node:zlib";
import express, { type Express } from "express";
import { describe, expect, test } from "vitest";
import { ada, cookiesOf, createTestAuth, signIn } from "./support/auth.ts";
import { message, serve } from "./support/server.ts";

type Guard = Awaited<ReturnType<typeof createTestAuth>>["guard"];

/** In which order an app may put its body parsers. The routes have to work in each. */
const ORDERS: readonly (readonly [string, (app: Express, guard: Guard) => void])[] = [
  ["before the app's body parsers", (app, guard) => void app.use("/auth", guard.authRoutes())],
  [
    "after json() and urlencoded()",
    (app, guard) => {
      app.use(express.json(), express.urlencoded({ extended: true }));
      app.use("/auth", guard.authRoutes());
    },
  ],
  [
    "after raw()",
    (app, guard) => {
      app.use(express.raw({ type: () => true }));
      app.use("/auth", guard.authRoutes());
    },
  ],
  [
    "after text()",
    (app, guard) => {
      app.use(express.text({ type: () => true }));
      app.use("/auth", guard.authRoutes());
    },
  ],
];

async function start(mount: (app: Express, guard: Guard) => void) {
  const made = await createTestAuth();
  const app = express();
  app.set("env", "test");
  mount(app, made.guard);
  app.use(made.guard.authenticate());
  app.get("/in", made.guard.requireAuth(), (_req, res) => void res.send("in"));
  return { ...made, ...(await serve(app)) };
}

const [BEFORE] = ORDERS;
const mountBefore = BEFORE?.[1] ?? (() => {});
const ORIGIN = { origin: "http://localhost:3000" };

describe.each(ORDERS)("auth routes mounted %s", (_, mount) => {
  test("sign a person in and out", async () => {
    await using app = await start(mount);
    const cookie = await signIn(app.origin, ada);
    expect((await fetch(`${app.origin}/in`, { headers: { cookie } })).status).toBe(200);
    const out = await fetch(`${app.origin}/auth/logout`, {
      method: "POST",
      headers: { cookie, ...ORIGIN },
      redirect: "manual",
    });
    expect(out.status).toBeLessThan(400);
    expect((await fetch(`${app.origin}/in`, { headers: { cookie } })).status).toBe(401);
  });

  test("read what a form sends", async () => {
    await using app = await start(mount);
    const left = await fetch(`${app.origin}/auth/leave`, {
      method: "POST",
      headers: { cookie: await signIn(app.origin, ada), ...ORIGIN },
      body: new URLSearchParams({ returnTo: "/goodbye?from=a+b&to=%C3%BC" }),
      redirect: "manual",
    });
    expect(left.headers.get("location")).toBe("/goodbye?from=a+b&to=%C3%BC");
  });

  test("read JSON", async () => {
    await using app = await start(mount);
    const left = await fetch(`${app.origin}/auth/leave`, {
      method: "POST",
      headers: {
        cookie: await signIn(app.origin, ada),
        "content-type": "application/json",
        ...ORIGIN,
      },
      body: JSON.stringify({ returnTo: "/goodbye" }),
      redirect: "manual",
    });
    expect(left.headers.get("location")).toBe("/goodbye");
  });

  test("GHSA-wxw3-q3m9-c3jr: refuse a POST that another site's page made", async () => {
    await using app = await start(mount);
    const cookie = await signIn(app.origin, ada);
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      {},
    ]) {
      const response = await fetch(`${app.origin}/auth/logout`, {
        method: "POST",
        headers: { cookie, ...headers },
        body: new URLSearchParams({ returnTo: "/" }),
        redirect: "manual",
      });
      expect(response.status).toBe(403);
    }
    expect((await fetch(`${app.origin}/in`, { headers: { cookie } })).status).toBe(200);
  });
});

describe("a sign-in", () => {
  test("GHSA-x445-f3h2-j279: does not finish in a browser that did not begin it", async () => {
    await using app = await start(mountBefore);
    const started = await fetch(`${app.origin}/auth/login`, { redirect: "manual" });
    const state = new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const callback = `${app.origin}/auth/callback/test?state=${state}&who=ada,acme,editor`;
    const elsewhere = await fetch(callback, { redirect: "manual" });
    expect(elsewhere.status).toBe(400);
    expect(cookiesOf(elsewhere)).toBe("");
    const here = await fetch(callback, {
      redirect: "manual",
      headers: { cookie: cookiesOf(started) },
    });
    expect(here.status).toBe(303);
  });

  test("is built on the configured address, whatever Host the client sends", async () => {
    await using app = await start(mountBefore);
    const answer = await app.raw(
      "GET /auth/login HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback%2Ftest/);
    expect(answer).not.toContain("evil.example");
  });

  test("works with an absolute-form target, whose host means nothing", async () => {
    await using app = await start(mountBefore);
    const answer = await app.raw(message("GET http://evil.example/auth/login"));
    expect(answer).toMatch(/^HTTP\/1\.1 303/);
    expect(answer).not.toContain("evil.example");
  });
});

describe("what no route of ours takes", () => {
  const post = (headers: readonly (readonly [string, string])[], body: string) =>
    message("POST /auth/logout", [["origin", "http://localhost:3000"], ...headers], body);
  const form = ["content-type", "application/x-www-form-urlencoded"] as const;

  test("a body of more than 64 kB, refused before it is read to its end", async () => {
    await using app = await start(mountBefore);
    const answer = await app.raw(post([form], `a=${"x".repeat(70_000)}`));
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
    expect(answer).toContain("body_too_large");
  });

  test("the same in chunks without a length", async () => {
    await using app = await start(mountBefore);
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const answer = await app.raw(
      `POST /auth/logout HTTP/1.1\r\nhost: a\r\nconnection: close\r\norigin: http://localhost:3000\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
  });

  test("the same when a parser has read it already", async () => {
    await using app = await start((unfinished, guard) => {
      unfinished.use(express.urlencoded({ extended: false, limit: "1mb" }));
      unfinished.use("/auth", guard.authRoutes());
    });
    const answer = await app.raw(post([form], `a=${"x".repeat(70_000)}`));
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
  });

  test("a field with structure, which the extended parser makes of a[b]=c", async () => {
    await using app = await start((unfinished, guard) => {
      unfinished.use(express.urlencoded({ extended: true }));
      unfinished.use("/auth", guard.authRoutes());
    });
    expect(await app.raw(post([form], "returnTo[a]=/x"))).toMatch(/^HTTP\/1\.1 400/);
  });

  test("a field that is sent twice, in either order of mounting", async () => {
    for (const [, mount] of ORDERS) {
      await using app = await start(mount);
      const cookie = await signIn(app.origin, ada);
      const answer = await app.raw(post([form, ["cookie", cookie]], "returnTo=%2Fa&returnTo=%2Fb"));
      expect(answer).toMatch(/^HTTP\/1\.1 400/);
    }
  });

  test("a compressed body that nobody has unpacked", async () => {
    await using app = await start(mountBefore);
    const cookie = await signIn(app.origin, ada);
    const response = await fetch(`${app.origin}/auth/logout`, {
      method: "POST",
      headers: {
        cookie,
        ...ORIGIN,
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
      body: gzipSync('{"returnTo":"/"}'),
      redirect: "manual",
    });
    expect(response.status).toBe(400);
  });

  test("the method TRACE", async () => {
    await using app = await start(mountBefore);
    expect(await app.raw(message("TRACE /auth/login"))).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  test("a body that something has swallowed, which the developer is told", async () => {
    const errors: unknown[] = [];
    await using app = await start((unfinished, guard) => {
      unfinished.use((req, _res, next) => {
        req.resume().once("end", () => next());
      });
      unfinished.use("/auth", guard.authRoutes());
      unfinished.use(((error, _req, res, _next) => {
        errors.push(error);
        res.status(500).end();
      }) as express.ErrorRequestHandler);
    });
    expect(await app.raw(post([form], "returnTo=%2F"))).toMatch(/^HTTP\/1\.1 500/);
    expect(String(errors[0])).toContain("authRoutes()");
  });

  test("a client that hangs up in the middle, after which the next is served", async () => {
    await using app = await start(mountBefore);
    const { connect } = await import("node:net");
    const socket = connect(app.port, "127.0.0.1");
    socket.write("POST /auth/logout HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await fetch(`${app.origin}/auth/login`, { redirect: "manual" })).status).toBe(303);
  });
});
