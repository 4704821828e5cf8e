import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { nodeAuth, type NodeHandler } from "../../src/node/node-auth.ts";
import { serveAuthRoutes } from "../../src/node/serve-routes.ts";
import { houseOf, ORIGIN, tokenOf } from "../fixtures/house.ts";

const authorization = `Bearer ${tokenOf()}`;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Serves a handler; what it throws is answered with 500 and collected. */
async function serve(handler: NodeHandler) {
  const errors: unknown[] = [];
  const server = createServer((req, res) => {
    Promise.resolve(handler(req, res)).catch((error: unknown) => {
      errors.push(error);
      res.writeHead(500).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init });
  async function raw(message: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.write(message, "latin1");
    await once(socket, "close");
    return text;
  }
  return { ask, raw, errors, port };
}

async function bound() {
  const house = await houseOf({ tenants: [] });
  return { ...house, ...nodeAuth(house.auth) };
}

describe("listeners of node:http", () => {
  test("run for who may, know who it is, and give private responses", async () => {
    const { authenticate, requirePermission, get } = await bound();
    const { ask } = await serve(
      authenticate()(
        requirePermission("notes:read")((req, res) => void res.end(get(req)?.tenant?.slug)),
      ),
    );
    const response = await ask("/", { headers: { authorization } });
    expect(await response.text()).toBe("acme");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect((await ask("/")).status).toBe(401);
  });

  test("row 26: a guard without authenticate in front of it refuses everybody", async () => {
    const { requireAuth, requireTenant } = await bound();
    for (const guard of [requireAuth(), requireTenant()]) {
      const { ask } = await serve(guard((_req, res) => void res.end("in")));
      expect((await ask("/", { headers: { authorization } })).status).toBe(500);
    }
  });

  test("row 26: a router of one's own names the tenant it has read", async () => {
    const { authenticate, requireTenant } = await bound();
    const { ask } = await serve(
      authenticate(({ url }) => ({ tenant: url?.slice(1) ?? "" }))(
        requireTenant()((_req, res) => void res.end("in")),
      ),
    );
    expect((await ask("/acme", { headers: { authorization } })).status).toBe(200);
    expect((await ask("/globex", { headers: { authorization } })).status).toBe(404);
  });

  test("row 27: a header that was sent twice is seen twice", async () => {
    const { authenticate, requireAuth } = await bound();
    const { raw } = await serve(authenticate()(requireAuth()((_req, res) => void res.end("in"))));
    const line = `authorization: ${authorization}\r\n`;
    expect(
      await raw(`GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${line}${line}\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 [^]*credential_malformed/);
  });

  test("are left alone when the request was answered meanwhile", async () => {
    const { auth, events } = await bound();
    const { authenticate, requireAuth } = nodeAuth({
      ...auth,
      authenticate: async (...asked) => {
        await sleep(30);
        return auth.authenticate(...asked);
      },
    });
    let ran = false;
    const app = authenticate()(() => {
      ran = true;
    });
    const { ask, errors } = await serve((req, res) => {
      setTimeout(() => res.writeHead(503).end("too late"), 5);
      return app(req, res);
    });
    expect((await ask("/")).status).toBe(503);
    await sleep(60);
    const guarded = await serve(async (req, res) => {
      res.end("first");
      await requireAuth()(() => {})(req, res);
      await app(req, res);
    });
    expect(await (await guarded.ask("/")).text()).toBe("first");
    expect([ran, errors, guarded.errors]).toEqual([false, [], []]);
    expect(events).not.toContainEqual(expect.objectContaining({ event: "auth_route.failed" }));
  });

  test("row 14: cookies and Vary of the app stay, and a renewal adds its own", async () => {
    const { auth } = await bound();
    const location = "https://idp.example/renew";
    const { authenticate } = nodeAuth({
      ...auth,
      authenticate: () => Promise.resolve({ kind: "redirect", location, setCookies: ["b=2"] }),
    });
    const app = authenticate()(() => {
      throw new Error("it ran");
    });
    const { ask, errors } = await serve((req, res) => {
      res.setHeader("set-cookie", "a=1").setHeader("vary", ["Origin", "Accept-Encoding"]);
      return app(req, res);
    });
    const { status, headers } = await ask("/");
    expect([status, headers.get("location")]).toEqual([302, location]);
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(headers.get("vary")).toBe("Origin, Accept-Encoding, Cookie, Authorization, Accept");
    expect(errors).toEqual([]);
  });
});

describe("the auth routes", () => {
  const form = { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN };

  test("answer, and read what a form sends", async () => {
    const { authRoutes, signIn } = await bound();
    const { ask } = await serve(authRoutes());
    expect((await ask("/auth/me")).status).toBe(401);
    const left = await ask("/auth/leave", {
      method: "POST",
      headers: { ...form, cookie: await signIn() },
      body: "returnTo=%2Fgoodbye",
    });
    expect([left.status, left.headers.get("location")]).toEqual([303, "/goodbye"]);
  });

  test("take an absolute-form target by its path, and refuse what is no path", async () => {
    const { auth, authRoutes } = await bound();
    const { raw } = await serve(authRoutes());
    const get = (target: string) =>
      `GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
    expect(await raw(get("http://evil.example/auth/me"))).toMatch(/^HTTP\/1\.1 401/);
    const unread = await serve((req, res) =>
      serveAuthRoutes(auth, req, { res, target: "auth/me" }),
    );
    expect(await unread.raw(get("/"))).toMatch(/^HTTP\/1\.1 400/);
  });

  test("refuse what a web request cannot express", async () => {
    const { authRoutes } = await bound();
    const { raw } = await serve(authRoutes());
    expect(await raw("TRACE /auth/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400/,
    );
  });

  test("close a connection on which the rest of a refused body is still to come", async () => {
    const { authRoutes } = await bound();
    const { raw } = await serve(authRoutes());
    const head = `POST /auth/logout HTTP/1.1\r\nhost: a\r\norigin: ${ORIGIN}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 900000\r\n\r\n`;
    expect(await raw(`${head}a=${"x".repeat(40_000)}`)).toMatch(
      /^HTTP\/1\.1 413 [^]*connection: close/i,
    );
  });

  test("blame nobody when a client hangs up in the middle of its body", async () => {
    const { authRoutes, events } = await bound();
    const { port } = await serve(authRoutes());
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST /auth/logout HTTP/1.1\r\nhost: a\r\norigin: ${ORIGIN}\r\ncontent-length: 100\r\n\r\nhalf`,
    );
    await sleep(50);
    socket.destroy();
    await sleep(50);
    expect(events.filter(({ level }) => level === "error")).toEqual([]);
    expect(events.map(({ reason }) => reason)).toContain("request_invalid");
  });

  test.each([
    ["bytes", new TextEncoder().encode("returnTo=%2Fgoodbye")],
    ["a text", "returnTo=%2Fgoodbye"],
    ["fields", { returnTo: "/goodbye" }],
  ])("write again what a parser has read: %s", async (_, parsed) => {
    const { auth, signIn } = await bound();
    const { ask } = await serve(async (req, res) => {
      await once(req.resume(), "end");
      await serveAuthRoutes(auth, req, { res, target: req.url ?? "", parsed });
    });
    const headers = { ...form, cookie: await signIn() };
    const left = await ask("/auth/leave", { method: "POST", headers, body: "returnTo=%2Fgoodbye" });
    expect(left.headers.get("location")).toBe("/goodbye");
  });

  test.each([
    ["a field twice", { returnTo: ["/a", "/b"] }],
    ["a field with structure", { returnTo: { a: "/x" } }],
  ])("refuse of a parsed form %s", async (_, parsed) => {
    const { auth, signIn } = await bound();
    const { ask } = await serve((req, res) =>
      serveAuthRoutes(auth, req, { res, target: req.url ?? "", parsed }),
    );
    const headers = { ...form, cookie: await signIn() };
    const response = await ask("/auth/leave", { method: "POST", headers, body: "a=b" });
    expect(response.status).toBe(400);
  });

  test("write a parsed JSON body again", async () => {
    const { auth, signIn } = await bound();
    const { ask } = await serve((req, res) =>
      serveAuthRoutes(auth, req, {
        res,
        target: req.url ?? "",
        parsed: { returnTo: "/goodbye" },
      }),
    );
    const headers = { "content-type": "application/json", origin: ORIGIN, cookie: await signIn() };
    const left = await ask("/auth/leave", { method: "POST", headers, body: "{}" });
    expect(left.headers.get("location")).toBe("/goodbye");
  });

  test("tell the developer when a body was swallowed, or a webhook's was parsed", async () => {
    const { auth, authRoutes } = await bound();
    const routes = authRoutes();
    const swallowed = await serve(async (req, res) => {
      await once(req.resume(), "end");
      await routes(req, res);
    });
    expect((await swallowed.ask("/auth/logout", { method: "POST", body: "a=b" })).status).toBe(500);
    expect(String(swallowed.errors[0])).toContain("authRoutes()");

    const parsed = await serve((req, res) =>
      serveAuthRoutes(auth, req, { res, target: req.url ?? "", parsed: { type: "user.created" } }),
    );
    expect((await parsed.ask("/auth/webhooks/acme", { method: "POST", body: "{}" })).status).toBe(
      500,
    );
    expect(String(parsed.errors[0])).toContain("in front of the body parsers");
  });
});
