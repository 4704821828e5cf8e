import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import { hostTenant, pathTenant } from "@tenantry/core";
import { ada, createTestAuth, dan, send } from "@tenantry/binding-suite";
import { fastifyAuth } from "@tenantry/fastify";
import { describe, expect, test } from "vitest";

const PRIVATE = "private, no-store";

async function start(options: Parameters<typeof createTestAuth>[0] = {}) {
  const made = await createTestAuth(options);
  return { ...made, guard: fastifyAuth(made.auth), app: fastify() };
}

const portOf = (app: { readonly server: { address(): unknown } }) =>
  (app.server.address() as AddressInfo).port;

const code = (response: { json(): unknown }) =>
  (response.json() as { readonly error: { readonly code: string } }).error.code;

describe("encapsulation", () => {
  test("the plugin authenticates the scope it is registered in, and no other", async () => {
    const { app, guard, bearer, logged } = await start();
    app.register((scope, _options, done) => {
      scope.register(guard.plugin());
      scope.get("/in", { onRequest: guard.requireAuth() }, () => "in");
      done();
    });
    app.get("/out", { onRequest: guard.requireAuth() }, () => "in");
    const headers = await bearer(ada);
    expect((await app.inject({ url: "/in", headers })).body).toBe("in");
    const out = await app.inject({ url: "/out", headers });
    expect(out.statusCode).toBe(500);
    expect(code(out)).toBe("misconfigured");
    expect(logged.map(({ reason }) => reason).join()).toContain("authenticate()");
  });

  test("routes written before the plugin is loaded are authenticated all the same", async () => {
    const { app, guard, bearer } = await start();
    app.get(
      "/",
      { preHandler: guard.requireTenant() },
      (request) => guard.get(request)?.tenant?.slug,
    );
    app.register(guard.plugin());
    expect((await app.inject({ url: "/", headers: await bearer(dan) })).body).toBe("birch");
  });

  test("a route's own authenticate replaces what the scope's has found", async () => {
    const { app, guard, bearer } = await start();
    app.register(guard.plugin());
    const hooks = [guard.authenticate({ accept: ["session"] }), guard.requireAuth()];
    app.get("/", { onRequest: hooks }, () => "in");
    expect((await app.inject({ url: "/", headers: await bearer(ada) })).statusCode).toBe(401);
  });
});

describe("decorators", () => {
  test("say what get says, for each of two instances, and nobody can write them", async () => {
    const { app, guard, bearer } = await start();
    const other = fastifyAuth((await createTestAuth()).auth);
    app.register(guard.plugin({ decorator: "auth" }));
    app.register(other.plugin({ decorator: "other" }));
    app.get("/", (request) => ({
      same: Reflect.get(request, "auth") === guard.get(request),
      tenant: guard.get(request)?.tenant?.slug,
      other: Reflect.get(request, "other") as unknown,
      written: Reflect.set(request, "auth", "somebody"),
    }));
    const response = await app.inject({ url: "/", headers: await bearer(ada) });
    expect(response.json()).toEqual({ same: true, tenant: "acme", other: null, written: false });
  });

  test("clerk/javascript@5a7b5c4a88: one that somebody else has set opens no guard", async () => {
    const { app, guard } = await start();
    app.decorateRequest("auth", null);
    app.addHook("onRequest", async (request) => {
      Object.assign(request, { auth: { principal: { id: "root" } } });
    });
    app.register(guard.plugin());
    app.get("/", { onRequest: guard.requireAuth() }, () => "in");
    expect((await app.inject("/")).statusCode).toBe(401);
  });
});

describe("refusals", () => {
  test("are replies: onSend hooks see them, and the error handler does not", async () => {
    const { app, guard } = await start();
    const errors: unknown[] = [];
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error);
      return reply.send("handled");
    });
    app.addHook("onSend", async (_request, reply) => void reply.header("x-sent", "1"));
    app.register(guard.plugin());
    app.get("/", { onRequest: guard.requireAuth() }, () => "in");
    const response = await app.inject("/");
    expect(response.statusCode).toBe(401);
    expect(code(response)).toBe("credential_missing");
    expect(response.headers).toMatchObject({ "x-sent": "1", "www-authenticate": "Bearer" });
    expect(errors).toEqual([]);
  });

  test("a route with a schema for its replies does not reshape them", async () => {
    const { app, guard } = await start();
    app.register(guard.plugin());
    const schema = {
      response: { "4xx": { type: "object", properties: { nothing: { type: "string" } } } },
    };
    app.get("/", { schema, onRequest: guard.requireAuth() }, () => "in");
    expect(code(await app.inject("/"))).toBe("credential_missing");
  });

  test("HEAD is refused like GET, without a body", async () => {
    const { app, guard } = await start();
    app.register(guard.plugin());
    app.get("/", { onRequest: guard.requireAuth() }, () => "in");
    const response = await app.inject({ method: "HEAD", url: "/" });
    expect(response.statusCode).toBe(401);
    expect(response.headers["cache-control"]).toBe(PRIVATE);
  });

  test("a route without the parameter it is told to read refuses everybody", async () => {
    const { app, guard, bearer } = await start();
    const hooks = [guard.authenticate({ tenantParam: "tenant" }), guard.requireAuth()];
    app.get("/notes", { onRequest: hooks }, () => "in");
    const response = await app.inject({ url: "/notes", headers: await bearer(ada) });
    expect(response.statusCode).toBe(500);
    expect(response.body).toContain("tenantParam");
  });
});

describe("a request that was answered while we asked who it is", () => {
  test("is left alone", async () => {
    const { auth, bearer } = await createTestAuth();
    const guard = fastifyAuth({
      ...auth,
      authenticate: async (...asked) => {
        await sleep(50);
        return auth.authenticate(...asked);
      },
    });
    const app = fastify();
    app.addHook("onRequest", async (_request, reply) => {
      setTimeout(() => void reply.code(503).send("too late"), 5);
    });
    app.register(guard.plugin());
    let ran = false;
    app.get("/", () => {
      ran = true;
      return "in";
    });
    const response = await app.inject({ url: "/", headers: await bearer(ada) });
    expect([response.statusCode, response.body]).toEqual([503, "too late"]);
    await sleep(80);
    expect(ran).toBe(false);
  });
});

describe("what depends on who asks", () => {
  test.each([
    ["a handler", (app: FastifyInstance) => app.get("/", () => "open"), 200],
    [
      "a handler that fails",
      (app: FastifyInstance) => app.get("/", () => Promise.reject(new Error("x"))),
      500,
    ],
    ["no route", () => {}, 404],
    [
      "a handler that writes past Fastify",
      (app: FastifyInstance) =>
        app.get("/", (_request, reply) => {
          reply.hijack();
          reply.raw.end("open");
        }),
      200,
    ],
  ])("%s is private, and varies by what the app's plugins vary by too", async (_, add, status) => {
    const { app, guard } = await start();
    app.addHook("onRequest", async (_request, reply) => void reply.header("vary", "Origin"));
    app.register(guard.plugin());
    add(app);
    const response = await app.inject("/");
    expect(response.statusCode).toBe(status);
    expect(response.headers["cache-control"]).toBe(PRIVATE);
    expect(response.headers["vary"]).toBe("Origin, Cookie, Authorization, Accept");
  });

  test("cookies of a renewal join those of the app", async () => {
    const { auth } = await createTestAuth();
    const guard = fastifyAuth({
      ...auth,
      authenticate: () => Promise.resolve({ kind: "anonymous", setCookies: ["a=1", "b=2"] }),
    });
    const app = fastify();
    app.addHook(
      "onRequest",
      async (_request, reply) => void reply.header("set-cookie", "theme=dark"),
    );
    app.register(guard.plugin());
    app.get("/", (_request, reply) => reply.header("set-cookie", "seen=1").send("open"));
    expect((await app.inject("/")).headers["set-cookie"]).toEqual([
      "theme=dark",
      "a=1",
      "b=2",
      "seen=1",
    ]);
  });
});

describe("row 26: the path that is checked is the path that the router matches", () => {
  async function notes(options: FastifyServerOptions = {}) {
    const made = await createTestAuth({ tenants: [pathTenant("/t/:tenant")] });
    const guard = fastifyAuth(made.auth);
    const app = fastify(options);
    app.register(guard.plugin());
    const checked: (string | undefined)[] = [];
    app.get<{ Params: { tenant: string } }>(
      "/t/:tenant/notes",
      { onRequest: guard.requirePermission("notes:read") },
      (request) => {
        checked.push(guard.get(request)?.tenant?.slug);
        return request.params.tenant;
      },
    );
    return { ...made, app, checked };
  }

  test("also where the app rewrites it", async () => {
    const { app, bearer, checked } = await notes({
      rewriteUrl: (request) => (request.url ?? "/").replace("/tenants/", "/t/"),
    });
    const headers = await bearer(ada);
    expect((await app.inject({ url: "/tenants/acme/notes", headers })).body).toBe("acme");
    expect((await app.inject({ url: "/tenants/birch/notes", headers })).statusCode).toBe(404);
    expect(checked).toEqual(["acme"]);
  });

  test.each([
    "http://app.example.test/t/birch/notes",
    "http://app.example.test?/t/birch/notes",
    "http://app.example.test#/t/birch/notes",
    "http://app.example.test\\/t/birch/notes",
    "http:///t/birch/notes",
    "ftp://app.example.test/t/birch/notes",
  ])("and where the target is %s", async (target) => {
    const { app, bearer, checked } = await notes();
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { authorization } = await bearer(ada);
    const reply = await send(portOf(app), {
      line: `GET ${target}`,
      headers: [["authorization", authorization]],
    });
    expect(reply.status).not.toBe(200);
    expect(checked).toEqual([]);
    await app.close();
  });
});

describe("the auth routes", () => {
  const post = {
    method: "POST",
    url: "/auth/leave",
    payload: "returnTo=%2Fgoodbye",
  } as const;
  const form = { "content-type": "application/x-www-form-urlencoded" };

  test.each([
    ["no parser for forms", () => {}],
    [
      "a parser for everything",
      (app: FastifyInstance) => {
        app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) =>
          done(null, { body }),
        );
      },
    ],
    ["no parser at all", (app: FastifyInstance) => app.removeAllContentTypeParsers()],
  ])("read forms in an app that has %s", async (_, prepare) => {
    const { app, guard, signIn } = await start();
    prepare(app);
    app.register(guard.authRoutes());
    const headers = { ...form, origin: "http://localhost:3000", cookie: await signIn(ada) };
    const response = await app.inject({ ...post, headers });
    expect([response.statusCode, response.headers.location]).toEqual([303, "/goodbye"]);
  });

  test("leave the app's own parsers as they are", async () => {
    const { app, guard } = await start();
    app.register(guard.authRoutes());
    app.post("/json", (request) => request.body);
    const response = await app.inject({ method: "POST", url: "/json", payload: { a: 1 } });
    expect(response.json()).toEqual({ a: 1 });
  });

  test("close a connection on which the rest of a refused body is still to come", async () => {
    const { app, guard } = await start();
    app.register(guard.authRoutes());
    await app.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect(portOf(app), "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write(
      "POST /auth/logout HTTP/1.1\r\nhost: a\r\norigin: http://localhost:3000\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 900000\r\n\r\na=",
    );
    socket.write("x".repeat(40_000));
    await once(socket, "close");
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    await app.close();
  });
});

test("over HTTP/2 the host is the authority, and all the rest is as ever", async () => {
  const { auth, bearer, signIn } = await createTestAuth({
    tenants: [hostTenant("{tenant}.localhost")],
  });
  const guard = fastifyAuth(auth);
  const app = fastify({ http2: true });
  app.register(guard.authRoutes());
  app.register(guard.plugin());
  app.get("/", { onRequest: guard.requireTenant() }, (request) => guard.get(request)?.tenant?.slug);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const session = connectHttp2(`http://127.0.0.1:${portOf(app)}`);
  const ask = async (headers: Readonly<Record<string, string>>, body = "") => {
    const stream = session.request(headers, { endStream: body === "" });
    if (body !== "") stream.end(body);
    const [answer] = await once(stream, "response");
    stream.setEncoding("utf8");
    let text = "";
    for await (const chunk of stream) text += chunk;
    return { ...answer, text };
  };
  const headers = await bearer(ada);
  expect(await ask({ ":authority": "acme.localhost", ...headers })).toMatchObject({
    ":status": 200,
    "cache-control": PRIVATE,
    text: "acme",
  });
  expect(await ask({ ":authority": "birch.localhost", ...headers })).toMatchObject({
    ":status": 404,
  });
  const left = await ask(
    {
      ":method": "POST",
      ":path": "/auth/leave",
      "content-type": "application/x-www-form-urlencoded",
      origin: "http://localhost:3000",
      cookie: await signIn(ada),
    },
    "returnTo=%2Fgoodbye",
  );
  expect(left).toMatchObject({ ":status": 303, location: "/goodbye" });
  session.close();
  await app.close();
});
