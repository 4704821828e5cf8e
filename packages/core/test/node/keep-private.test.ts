import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { createServer as createServer2, connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { rulesCaches } from "../../src/http/caching.ts";
import { keepPrivate } from "../../src/node/keep-private.ts";

const PUBLIC = "public, max-age=60";

/** What a client sees of a response that was to stay private. */
async function answered(handle: (res: ServerResponse) => void): Promise<Response> {
  const server = createServer((_req, res) => {
    keepPrivate(res);
    handle(res);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await fetch(`http://127.0.0.1:${port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("row 14: a response with cookies of ours is private, though the handler shares it", () => {
  test.each<[string, (res: ServerResponse) => void]>([
    ["by setHeader", (res) => res.setHeader("Cache-Control", PUBLIC)],
    ["for one kind of cache", (res) => res.setHeader("CDN-Cache-Control", PUBLIC)],
    ["for an older kind of cache", (res) => res.setHeader("Surrogate-Control", "max-age=60")],
    ["in an object as it starts", (res) => res.writeHead(200, { "Cache-Control": PUBLIC, x: "1" })],
    ["behind a reason", (res) => res.writeHead(200, "Fine", { "cache-control": PUBLIC, x: "1" })],
    ["in a list as it starts", (res) => res.writeHead(200, ["x", "1", "CACHE-control", PUBLIC])],
    ["in a header of that name last", (res) => res.writeHead(200, ["x", "cache-control"])],
  ])("%s", async (_, share) => {
    const { status, headers } = await answered((res) => {
      share(res);
      if (!res.headersSent) res.setHeader("x", "1");
      res.end("in");
    });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect([...headers.keys()].filter((name) => name.endsWith("-control"))).toEqual([
      "cache-control",
    ]);
    expect(headers.get("x")).toMatch(/^(?:1|cache-control)$/);
  });

  test("and over HTTP/2", async () => {
    const server = createServer2((_req, res) => {
      keepPrivate(res);
      res.setHeader("cache-control", PUBLIC);
      res.end("in");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = connect(`http://127.0.0.1:${port}`);
    const [headers] = await once(client.request({ ":path": "/" }), "response");
    client.close();
    server.close();
    expect(headers["cache-control"]).toBe("private, no-store");
  });
});

test.each([
  ["cache-control", true],
  ["Cloudflare-CDN-Cache-Control", true],
  ["x-accel-expires", false],
  ["access-control-allow-origin", false],
  ["cache-control-x", false],
])("whether %s tells caches what to keep: %j", (name, rules) => {
  expect(rulesCaches(name)).toBe(rules);
});
