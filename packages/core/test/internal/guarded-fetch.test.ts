import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FetchRefused } from "../../src/internal/fetch-refused.ts";
import { nodeRequest } from "../../src/internal/guarded-request.ts";
import { createGuardedFetch, type GuardedFetchOptions } from "../../src/internal/guarded-fetch.ts";

const PUBLIC = "93.184.216.34";

/** The reason of a policy refusal, the name of another error, or the status. */
async function outcome(request: Promise<Response>): Promise<string | number> {
  try {
    return (await request).status;
  } catch (error) {
    return FetchRefused.is(error) ? error.reason : error instanceof Error ? error.name : "?";
  }
}

describe("the policy", () => {
  let carried: { url: string; init: RequestInit | undefined }[];
  const carrier: typeof globalThis.fetch = (input, init) => {
    carried.push({ url: input instanceof Request ? input.url : String(input), init });
    return Promise.resolve(new Response("hello"));
  };
  const guarded = (options: GuardedFetchOptions = {}) =>
    createGuardedFetch({ fetch: carrier, resolve: () => Promise.resolve([PUBLIC]), ...options });
  const ask = (url: string | URL, options?: GuardedFetchOptions) => outcome(guarded(options)(url));

  beforeEach(() => {
    carried = [];
  });

  test("lets https to a public name or address through", async () => {
    expect(await ask("https://login.example.com/.well-known/openid-configuration")).toBe(200);
    expect(await ask(new URL("https://login.example.com:8443/jwks"))).toBe(200);
    expect(await ask(`https://${PUBLIC}/`)).toBe(200);
    expect(await ask("https://[2606:4700:4700::1111]/")).toBe(200);
    expect(carried).toHaveLength(4);
  });

  test.each([
    ["http://login.example.com/", "scheme"],
    ["ftp://login.example.com/", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["data:application/json,{}", "scheme"],
    ["blob:https://login.example.com/x", "scheme"],
    ["https://user@login.example.com/", "userinfo"],
    ["https://user:secret@login.example.com/", "userinfo"],
    ["https://:secret@login.example.com/", "userinfo"],
    ["/relative", "url_invalid"],
    ["https://", "url_invalid"],
    ["https://exa mple.com/", "url_invalid"],
    ["https://999.1.1.1/", "url_invalid"],
    ["https://localhost/", "host"],
    ["https://LOCALHOST./", "host"],
    ["https://api.localhost/", "host"],
    ["https://printer.local/", "host"],
    ["https://metadata.google.internal/", "host"],
    ["https://router.home.arpa/", "host"],
    ["https://intranet/", "host"],
    ["https://127.0.0.1/", "address"],
    ["https://127.1/", "address"],
    ["https://2130706433/", "address"],
    ["https://0x7f000001/", "address"],
    ["https://0177.0.0.1/", "address"],
    ["https://127.0.0.1./", "address"],
    ["https://①②⑦.0.0.1/", "address"],
    ["https://0/", "address"],
    ["https://10.0.0.1/", "address"],
    ["https://169.254.169.254/latest/meta-data/", "address"],
    ["https://[::1]/", "address"],
    ["https://[::]/", "address"],
    ["https://[::ffff:127.0.0.1]/", "address"],
    ["https://[fd00:ec2::254]/", "address"],
    ["https://[fe80::1]/", "address"],
    ["https://[64:ff9b::7f00:1]/", "address"],
  ])("refuses %s (%s) before anything is sent", async (url, reason) => {
    expect(await ask(url)).toBe(reason);
    expect(carried).toEqual([]);
  });

  test.each([
    ["a private one", ["10.0.0.1"]],
    ["a private one among public ones", [PUBLIC, "10.0.0.1"]],
    ["an IPv6 loopback among public ones", [PUBLIC, "::1"]],
    ["none", []],
    ["something else", ["login.example.com"]],
  ])("refuses a name that resolves to %s", async (_what, addresses) => {
    expect(
      await ask("https://login.example.com/", { resolve: () => Promise.resolve(addresses) }),
    ).toBe("address");
    expect(carried).toEqual([]);
  });

  test("resolves names, not addresses", async () => {
    const resolve = vi.fn<(hostname: string) => Promise<readonly string[]>>(() =>
      Promise.resolve([PUBLIC]),
    );
    expect(await ask("https://[2606:4700:4700::1111]/", { resolve })).toBe(200);
    expect(await ask(`https://${PUBLIC}/`, { resolve })).toBe(200);
    expect(await ask("https://login.example.com/", { resolve })).toBe(200);
    expect(resolve.mock.calls).toEqual([["login.example.com"]]);
  });

  test("exempts exact origins, and nothing that looks like them", async () => {
    const allowOrigins = ["http://localhost:4444", "https://10.0.0.1"];
    expect(await ask("http://localhost:4444/jwks", { allowOrigins })).toBe(200);
    expect(await ask("https://10.0.0.1/jwks", { allowOrigins })).toBe(200);
    expect(await ask("http://localhost:4445/jwks", { allowOrigins })).toBe("scheme");
    expect(await ask("https://localhost:4444/jwks", { allowOrigins })).toBe("host");
    expect(await ask("http://10.0.0.1/jwks", { allowOrigins })).toBe("scheme");
    expect(await ask("https://10.0.0.2/jwks", { allowOrigins })).toBe("address");
    expect(await ask("http://user@localhost:4444/jwks", { allowOrigins })).toBe("userinfo");
    expect(await ask("http://localhost:4444.evil.example/", { allowOrigins })).toBe("url_invalid");
  });

  test.each([
    "http://localhost:4444/",
    "localhost:4444",
    "http://localhost:4444/path",
    "*",
    "",
    "file:///",
    "http://user@localhost",
  ])("is told no exempt origin %j", (origin) => {
    expect(() => createGuardedFetch({ allowOrigins: [origin] })).toThrow(TypeError);
  });

  test.each([301, 302, 303, 304, 307, 308])("refuses the redirect %i", async (status) => {
    const fetch = () =>
      Promise.resolve(new Response(null, { status, headers: { location: "https://127.0.0.1/" } }));
    expect(await ask("https://login.example.com/", { fetch })).toBe("redirect");
  });

  test("carries method, headers and body on, and asks for no redirect to be followed", async () => {
    const response = await guarded()("https://login.example.com/token", {
      method: "POST",
      headers: { authorization: "Basic eA==" },
      body: new URLSearchParams({ grant_type: "x" }),
      redirect: "follow",
    });
    expect(await response.text()).toBe("hello");
    const { url, init } = carried[0] ?? {};
    expect(url).toBe("https://login.example.com/token");
    expect(init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(new Headers(init?.headers).get("authorization")).toBe("Basic eA==");
    expect(new Headers(init?.headers).get("content-type")).toContain("x-www-form-urlencoded");
    expect(new TextDecoder().decode(init?.body as Uint8Array)).toBe("grant_type=x");
  });

  test("takes a Request as well", async () => {
    const request = new Request("https://login.example.com/token", { method: "PUT", body: "b" });
    expect(await outcome(guarded()(request))).toBe(200);
    expect(carried[0]?.init?.method).toBe("PUT");
    expect(await outcome(guarded()(new Request("http://login.example.com/")))).toBe("scheme");
  });

  test("bounds the body, wherever it comes from", async () => {
    const fetch = () => Promise.resolve(new Response("x".repeat(11)));
    expect(await ask("https://login.example.com/", { fetch, maxBytes: 10 })).toBe("too_large");
    expect(await ask("https://login.example.com/", { fetch, maxBytes: 11 })).toBe(200);
  });

  test("bounds the time, even of a carrier that ignores its signal", async () => {
    const fetch = () => new Promise<Response>(() => {});
    expect(await ask("https://login.example.com/", { fetch, timeoutMs: 20 })).toBe("TimeoutError");
  });

  test("passes network errors on as they are", async () => {
    const fetch = () => Promise.reject(new TypeError("fetch failed"));
    expect(await ask("https://login.example.com/", { fetch })).toBe("TypeError");
  });

  test("never quotes the address in its refusals", async () => {
    const refusal = await guarded()("https://user:secret@127.0.0.1/path").catch(
      (error: unknown) => error,
    );
    expect(FetchRefused.is(refusal)).toBe(true);
    expect(String(refusal)).not.toMatch(/secret|127|path/);
  });

  test("recognises refusals of another copy, and nothing else", () => {
    expect(FetchRefused.is(new FetchRefused("scheme"))).toBe(true);
    expect(FetchRefused.is(new Error("scheme"))).toBe(false);
    expect(FetchRefused.is(null)).toBe(false);
  });

  test("sends nothing for any address that is not https to the outside", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.ipV4Extended().map((ip) => `https://${ip}/`),
        ),
        async (url) => {
          carried = [];
          await ask(url);
          for (const { url: sent } of carried) expect(new URL(sent).protocol).toBe("https:");
        },
      ),
    );
  });
});

describe("on Node", () => {
  let handler: (request: IncomingMessage, response: ServerResponse) => void;
  let close: () => Promise<void>;
  let origin: string;
  let port: number;
  let seen: number;

  beforeEach(async () => {
    seen = 0;
    const server = createServer((request, response) => {
      seen += 1;
      handler(request, response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    port = (server.address() as AddressInfo).port;
    origin = `http://127.0.0.1:${port}`;
    close = () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      });
    handler = (_request, response) => response.end("hello");
  });
  afterEach(() => close());

  const ask = (path: string, options: GuardedFetchOptions = {}, init?: RequestInit) =>
    createGuardedFetch({ allowOrigins: [origin], ...options })(`${origin}${path}`, init);

  test("brings status, headers and body back", async () => {
    handler = (_request, response) => {
      response.writeHead(418, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
      response.end("tea");
    };
    const response = await ask("/");
    expect([response.status, await response.text()]).toEqual([418, "tea"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("brings an answer without body back", async () => {
    handler = (_request, response) => response.writeHead(204).end();
    expect((await ask("/")).status).toBe(204);
  });

  test("sends method, headers and body, and asks for no encoding", async () => {
    handler = (request, response) => {
      request.pipe(
        response.writeHead(200, {
          method: request.method,
          encoding: request.headers["accept-encoding"],
          x: request.headers["x"],
        }),
      );
    };
    const response = await ask("/", {}, { method: "POST", headers: { x: "1" }, body: "päckchen" });
    expect(await response.text()).toBe("päckchen");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      method: "POST",
      encoding: "identity",
      x: "1",
    });
  });

  test("follows no redirect", async () => {
    handler = (_request, response) => response.writeHead(302, { location: "/other" }).end();
    expect(await outcome(ask("/"))).toBe("redirect");
    expect(seen).toBe(1);
  });

  test("stops reading a body without end", async () => {
    handler = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
        response.once("drain", more);
      };
      more();
    };
    expect(await outcome(ask("/", { maxBytes: 100_000 }))).toBe("too_large");
  });

  test("stops waiting for an answer, and for the rest of one", async () => {
    handler = () => {};
    expect(await outcome(ask("/", { timeoutMs: 50 }))).toBe("TimeoutError");
    handler = (_request, response) => response.write("begin");
    expect(await outcome(ask("/", { timeoutMs: 50 }))).toBe("TimeoutError");
  });

  test("ends the request when its caller gives up", async () => {
    handler = () => {};
    const abort = new AbortController();
    const asked = outcome(ask("/", {}, { signal: abort.signal }));
    setTimeout(() => {
      abort.abort();
    }, 20);
    expect(await asked).toBe("TypeError");
  });

  test("reports a refused connection and a broken one as network errors", async () => {
    handler = (request) => request.socket.destroy();
    expect(await outcome(ask("/"))).toBe("TypeError");
    await close();
    const error: unknown = await ask("/").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "TypeError", cause: { code: "ECONNREFUSED" } });
  });

  test("connects to the address that was checked, whatever else the name resolves to", async () => {
    const resolve = vi.fn<(hostname: string) => Promise<readonly string[]>>(() =>
      Promise.resolve(["127.0.0.1"]),
    );
    const request = {
      url: new URL(`http://pinned.example.com:${port}/`),
      method: "GET",
      headers: new Headers(),
      body: null,
      signal: AbortSignal.timeout(5000),
      maxBytes: 100,
    };
    expect(await outcome(nodeRequest(request, resolve))).toBe(200);
    expect(resolve.mock.calls).toEqual([["pinned.example.com"]]);
    expect(await outcome(nodeRequest(request, () => Promise.resolve([])))).toBe("address");
  });

  test("asks the system for names, and reports those that do not exist as network errors", async () => {
    expect(await outcome(createGuardedFetch()("https://nowhere.invalid/"))).toBe("TypeError");
  });

  test("refuses a name that resolves to this machine, before it connects", async () => {
    let connections = 0;
    handler = () => {
      connections += 1;
    };
    const guarded = createGuardedFetch({ resolve: () => Promise.resolve(["127.0.0.1"]) });
    expect(await outcome(guarded(`https://rebind.example.com:${port}/`))).toBe("address");
    expect(connections).toBe(0);
  });

  test("reports a name that does not resolve as a network error", async () => {
    const guarded = createGuardedFetch({
      resolve: () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" })),
    });
    const error: unknown = await guarded("https://nowhere.example.com/").catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: "TypeError", cause: { code: "ENOTFOUND" } });
  });

  test("leaves the names of exempt origins to the system", async () => {
    const local = `http://localhost:${port}`;
    const resolve = vi.fn<() => Promise<readonly string[]>>(() => Promise.resolve([PUBLIC]));
    const guarded = createGuardedFetch({ allowOrigins: [local], resolve });
    expect(await outcome(guarded(`${local}/`))).toBe(200);
    expect(resolve).not.toHaveBeenCalled();
  });
});
