import { describe, expect, test } from "vitest";
import { fetchAuth } from "../../src/http/fetch-auth.ts";
import { hostTenant } from "../../src/tenancy/strategies.ts";
import { houseOf, ORIGIN, tokenOf } from "../fixtures/house.ts";

const authorization = `Bearer ${tokenOf()}`;
const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  new Request(ORIGIN + path, { headers });

async function serverOf() {
  const house = await houseOf({ tenants: [] });
  return { ...house, ...fetchAuth(house.auth) };
}

describe("plain fetch handlers", () => {
  test("run for who may, and know who it is", async () => {
    const { authenticate, requirePermission, get } = await serverOf();
    const handler = authenticate()(
      requirePermission("notes:write")((request) => new Response(get(request)?.tenant?.slug)),
    );
    expect(await (await handler(ask("/", { authorization }))).text()).toBe("acme");
    expect((await handler(ask("/"))).status).toBe(401);
  });

  test.each(["requireAuth", "requireTenant", "requirePermission"] as const)(
    "row 26: %s without authenticate in front of it refuses everybody",
    async (name) => {
      const server = await serverOf();
      const guards = {
        requireAuth: server.requireAuth(),
        requireTenant: server.requireTenant(),
        requirePermission: server.requirePermission("notes:read"),
      };
      const handler = guards[name](() => new Response("in"));
      expect((await handler(ask("/", { authorization }))).status).toBe(500);
      expect(server.events.map(({ event }) => event)).toContain("guard.authenticate_missing");
    },
  );

  test("row 26: a handler that passes on a copy of the request has lost who asked", async () => {
    const { authenticate, requireAuth } = await serverOf();
    const inner = requireAuth()(() => new Response("in"));
    const handler = authenticate()((request) => inner(new Request(request)));
    expect((await handler(ask("/", { authorization }))).status).toBe(500);
  });

  test("a router of one's own names the tenant it has read", async () => {
    const { authenticate, requireTenant } = await serverOf();
    const slugOf = (request: Request) => new URL(request.url).pathname.split("/")[1] ?? "";
    const handler = authenticate((request) => ({ tenant: slugOf(request) }))(
      requireTenant()(() => new Response("in")),
    );
    expect((await handler(ask("/acme", { authorization }))).status).toBe(200);
    expect((await handler(ask("/globex", { authorization }))).status).toBe(404);
  });

  test("row 27: only a listed peer may name the host", async () => {
    const house = await houseOf({ tenants: [hostTenant("{tenant}.app.example.com")] });
    const { authenticate, requireTenant } = fetchAuth(house.auth);
    const handler = authenticate()(requireTenant()(() => new Response("in")));
    const request = () =>
      ask("/", { authorization, "x-forwarded-host": "acme.app.example.com", host: "inner.test" });
    expect((await handler(request(), { remoteAddress: "10.0.0.1" })).status).toBe(200);
    expect((await handler(request(), { remoteAddress: "192.0.2.1" })).status).toBe(404);
    expect((await handler(request())).status).toBe(404);
  });

  test("the auth routes are a handler", async () => {
    const { authRoutes } = await serverOf();
    expect((await authRoutes()(ask("/auth/me"))).status).toBe(401);
  });
});

describe("row 14: a response behind authenticate", () => {
  test("is private, also one that may not be changed", async () => {
    const { authenticate } = await serverOf();
    const handler = authenticate()(() => fetch("data:text/plain,own"));
    const response = await handler(ask("/"));
    expect(await response.text()).toBe("own");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(response.headers.get("vary")).toBe("Cookie, Authorization, Accept");
  });

  test.each([
    [["a=1", "b=2"], "private, no-store"],
    [[], "private"],
  ])("keeps its own headers and adds the cookies %j of a renewal", async (setCookies, caching) => {
    const { auth } = await serverOf();
    const { authenticate } = fetchAuth({
      ...auth,
      authenticate: () => Promise.resolve({ kind: "anonymous", setCookies }),
    });
    const handler = authenticate()(
      () =>
        new Response(null, {
          status: 204,
          headers: { vary: "Origin", "cache-control": "private", "set-cookie": "seen=1" },
        }),
    );
    const { status, headers } = await handler(ask("/"));
    expect(status).toBe(204);
    expect(headers.get("vary")).toBe("Origin, Cookie, Authorization, Accept");
    expect(headers.get("cache-control")).toBe(caching);
    expect(headers.getSetCookie()).toEqual(["seen=1", ...setCookies]);
  });

  test("is a redirect where a renewal needs one, and the handler does not run", async () => {
    const { auth } = await serverOf();
    const location = "https://idp.example/renew";
    const { authenticate } = fetchAuth({
      ...auth,
      authenticate: () => Promise.resolve({ kind: "redirect", location, setCookies: ["a=1"] }),
    });
    const handler = authenticate()(() => Promise.reject(new Error("it ran")));
    const response = await handler(ask("/"));
    expect([response.status, response.headers.get("location")]).toEqual([302, location]);
    expect(response.headers.getSetCookie()).toEqual(["a=1"]);
  });

  test("that changes the protocol is left as it is", async () => {
    const { authenticate } = await serverOf();
    // No `Response` of Node's can have this status; those of workers do.
    const switching = Object.defineProperty(new Response(null), "status", { value: 101 });
    expect(await authenticate()(() => switching)(ask("/"))).toBe(switching);
  });
});
