import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { ada, ben, createTestAuth, createWorld } from "@tenantry/binding-suite";
import { afterEach, describe, expect, test } from "vitest";
import { whoAsks } from "./examples/by-hand.ts";
import { createHandler } from "./examples/fetch-server.ts";
import { createApp } from "./examples/node-server.ts";

const started: (() => void)[] = [];
afterEach(() => {
  for (const stop of started.splice(0)) stop();
});

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

describe.each([
  [
    "the fetch server",
    async () => {
      const made = await createTestAuth();
      const handler = createHandler(made.auth);
      const ask: Ask = async (path, init) =>
        handler(new Request(`http://localhost:3000${path}`, init));
      return { ...made, ask };
    },
  ],
  [
    "the node:http server",
    async () => {
      const made = await createTestAuth();
      const server = createApp(made.auth).listen(0, "127.0.0.1");
      await once(server, "listening");
      started.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      const ask: Ask = (path, init) =>
        fetch(`http://127.0.0.1:${port}${path}`, { ...init, redirect: "manual" });
      return { ...made, ask };
    },
  ],
])("%s of the documentation", (_, start) => {
  test("serves who may, and refuses who may not", async () => {
    const { ask, bearer } = await start();
    const asBen = { headers: await bearer(ben) };
    expect(await (await ask("/notes", asBen)).json()).toEqual({ notesOf: "acme" });
    expect((await ask("/notes")).status).toBe(401);
    expect((await ask("/notes", { ...asBen, method: "POST" })).status).toBe(403);
    const added = await ask("/notes", { headers: await bearer(ada), method: "POST" });
    expect(added.status).toBe(201);
    expect((await ask("/nowhere", asBen)).status).toBe(404);
    expect((await ask("/auth/login")).status).toBe(303);
  });
});

describe("the binding by hand of the documentation", () => {
  test("answers each outcome", async () => {
    const { auth, bearers, cookies } = await createWorld();
    const ask = (headers: Readonly<Record<string, string>>) =>
      whoAsks(auth, new Request("http://localhost:3000/", { headers }));
    const inside = await ask({ authorization: bearers.ada });
    expect([inside.status, await inside.text()]).toEqual([200, "You are in."]);
    expect(inside.headers.get("cache-control")).toBe("private, no-store");
    expect((await ask({ cookie: cookies.ben })).status).toBe(200);
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: bearers.eve })).status).toBe(403);
    const renewal = await ask({ cookie: "__test_renew=1", accept: "text/html" });
    expect(renewal.status).toBe(302);
    expect(renewal.headers.getSetCookie()).toHaveLength(2);
  });
});
