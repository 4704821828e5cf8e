import { expect, test } from "vitest";
import { answerOf, send } from "./support/wire.ts";
import { ada, ben, createWorld, dan, type World } from "./support/world.ts";

const era = "2025-11-25";

async function start(world: World, token: string): Promise<string> {
  const response = await send(world.resource, {
    era,
    method: "initialize",
    params: {
      protocolVersion: era,
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
    token,
  });
  await response.text();
  return response.headers.get("mcp-session-id") ?? "";
}

const within = (id: string) => ({ "mcp-session-id": id });

test("there are no sessions unless they are asked for", async () => {
  await using world = await createWorld();
  const token = await world.token(ada);
  expect(await start(world, token)).toBe("");
  const headers = { authorization: `Bearer ${token}` };
  for (const method of ["GET", "DELETE"]) {
    const response = await fetch(world.resource, { method, headers });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  }
});

test("a session is its caller's, and for all others it is not there", async () => {
  await using world = await createWorld({ mcp: { legacy: "sessions" } });
  const id = await start(world, await world.token(ada));
  const list = async (token: string) =>
    send(world.resource, { era, method: "tools/list", token, headers: within(id) });
  // A refreshed token is another token of the same caller.
  expect((await list(await world.token(ada))).status).toBe(200);
  for (const who of [ben, dan, { ...ada, organization: "birch" }]) {
    const token = await world.token(who);
    const response = await list(token);
    expect(response.status).toBe(404);
    expect((await answerOf(response)).error?.code).toBe(-32_001);
    const ended = await fetch(world.resource, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}`, ...within(id) },
    });
    expect(ended.status).toBe(404);
    const heard = await fetch(world.resource, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: "text/event-stream",
        ...within(id),
      },
    });
    expect(heard.status).toBe(404);
  }
  expect((await list(await world.token(ada))).status).toBe(200);
});

test("a session that its caller has ended is gone", async () => {
  await using world = await createWorld({ mcp: { legacy: "sessions" } });
  const token = await world.token(ada);
  const id = await start(world, token);
  const headers = { authorization: `Bearer ${token}`, ...within(id) };
  expect((await fetch(world.resource, { method: "DELETE", headers })).status).toBe(204);
  const after = await send(world.resource, {
    era,
    method: "tools/list",
    token,
    headers: within(id),
  });
  expect(after.status).toBe(404);
});

test("a session hears of what it subscribed to, in its own tenant", async () => {
  await using world = await createWorld({ mcp: { legacy: "sessions" } });
  const heard = new Map<string, string>();
  const clients = new AbortController();
  const ids: Record<string, string> = {};
  for (const who of [ada, dan]) {
    const token = await world.token(who);
    const id = await start(world, token);
    ids[who.subject] = id;
    for (const uri of ["notes://acme/n1", "notes://birch/n1"]) {
      const response = await send(world.resource, {
        era,
        method: "resources/subscribe",
        params: { uri },
        token,
        headers: within(id),
      });
      const own = uri.includes(`//${who.organization}/`);
      expect((await answerOf(response)).error === undefined).toBe(own);
    }
    const stream = await fetch(world.resource, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: "text/event-stream",
        ...within(id),
      },
      signal: clients.signal,
    });
    heard.set(who.subject, "");
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) {
        heard.set(who.subject, `${heard.get(who.subject)}${decoder.decode(chunk)}`);
      }
    })().catch(() => {});
  }
  const acme = await world.put(ada, "n1", "x");
  await world.mcp.notify(acme).resourceUpdated("notes://acme/n1");
  await world.mcp.notify(acme).resourceUpdated("notes://acme/n2");
  await world.mcp.notify(acme).toolsChanged();
  await expect.poll(() => heard.get("ada")).toContain("tools/list_changed");
  expect(heard.get("ada")).toContain("notes://acme/n1");
  expect(heard.get("ada")).not.toContain("notes://acme/n2");
  expect(heard.get("dan")).not.toContain("data:");
  clients.abort();
});
