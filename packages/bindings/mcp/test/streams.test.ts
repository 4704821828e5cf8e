import { expect, test } from "vitest";
import { send } from "./support/wire.ts";
import { ada, ben, createWorld, dan, type World } from "./support/world.ts";

/** An open subscription, and what came over it so far. */
async function listen(
  world: World,
  token: string,
  notifications: Readonly<Record<string, unknown>>,
  headers: Record<string, string> = {},
) {
  const client = new AbortController();
  const response = await send(world.resource, {
    era: "2026-07-28",
    method: "subscriptions/listen",
    params: { notifications },
    token,
    headers,
    signal: client.signal,
  });
  const state = { text: "", ended: false };
  const done = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) state.text += decoder.decode(chunk);
    } catch {
      // The test hung up.
    }
    state.ended = true;
  })();
  await until(() => state.text.includes("acknowledged"));
  return {
    response,
    state,
    done,
    [Symbol.dispose]: () => client.abort(),
  };
}

async function until(condition: () => boolean, milliseconds = 5000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(condition(), "It happened in time.").toBe(true);
}

const ALL = { toolsListChanged: true, resourcesListChanged: true };

test("a tenant's subscribers hear of its changes, and nobody else's do", async () => {
  await using world = await createWorld();
  const uris = { resourceSubscriptions: ["notes://acme/n1", "notes://birch/n1"] };
  using acme = await listen(world, await world.token(ada), { ...ALL, ...uris });
  using birch = await listen(world, await world.token(dan), { ...ALL, ...uris });
  const acmeId = await world.put(ada, "n1", "x");

  await world.mcp.notify(acmeId).resourceUpdated("notes://acme/n1");
  await world.mcp.notify(acmeId).toolsChanged();
  await until(() => acme.state.text.includes("tools/list_changed"));
  expect(acme.state.text).toContain("notes://acme/n1");
  expect(birch.state.text).not.toContain("list_changed");
  expect(birch.state.text).not.toContain("resources/updated");
});

test("addresses of another tenant are dropped from a subscription, whoever publishes them", async () => {
  await using world = await createWorld();
  using birch = await listen(world, await world.token(dan), {
    ...ALL,
    resourceSubscriptions: ["notes://acme/n1", "notes://birch/n1"],
  });
  expect(birch.state.text).not.toContain("notes://acme/n1");
  const birchId = await world.put(dan, "n1", "x");
  await world.mcp.notify(birchId).resourceUpdated("notes://acme/n1");
  await world.mcp.notify(birchId).resourceUpdated("notes://birch/n1");
  await until(() => birch.state.text.includes("resources/updated"));
  expect(birch.state.text).not.toContain("notes://acme/n1");
});

test("addresses that a role may not read are dropped from a subscription", async () => {
  await using world = await createWorld();
  const low = { ...ada, subject: "low", role: "nobody" };
  using stream = await listen(world, await world.token(low), {
    ...ALL,
    resourceSubscriptions: ["notes://acme/n1", "notes://about"],
  });
  expect(stream.state.text).not.toContain("notes://");
});

test("a stream ends when its token expires", async () => {
  await using world = await createWorld();
  const startedAtMs = Date.now();
  using stream = await listen(world, await world.token(ada, { expiresInSeconds: 2 }), ALL);
  await until(() => stream.state.ended);
  expect(Date.now() - startedAtMs).toBeLessThan(4000);
});

test("a stream ends when it has lasted long enough", async () => {
  await using world = await createWorld({ mcp: { maxStreamSeconds: 0.3 } });
  using stream = await listen(world, await world.token(ada), ALL);
  await until(() => stream.state.ended, 2000);
  expect(stream.state.ended).toBe(true);
});

test("a stream ends when its member is removed", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  using gone = await listen(world, await world.token(ben), ALL);
  using stays = await listen(world, await world.token(ada), ALL);
  const { principal, tenant } = await world.contextOf(ben);
  await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
  await until(() => gone.state.ended);
  expect(stays.state.ended).toBe(false);
});

test("who was removed hears of nothing more, however long the interval", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 3600 } });
  using gone = await listen(world, await world.token(ben), ALL);
  const { principal, tenant } = await world.contextOf(ben);
  await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
  await world.mcp.notify(tenant?.id ?? "").toolsChanged();
  await until(() => gone.state.ended);
  expect(gone.state.text).not.toContain("list_changed");
});

test("a stream ends when the tenant refuses its client", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  using stream = await listen(world, await world.token(ada), ALL);
  const admin = await world.adminOf(ada);
  await world.auth.clients.decide(
    admin,
    { kind: "client", instance: "test", clientId: "agent" },
    "deny",
  );
  await until(() => stream.state.ended);
  expect(stream.state.ended).toBe(true);
});

test("a call that outlasts its member is aborted, and its outcome is on record", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  const { principal, tenant } = await world.contextOf(ben);
  const waiting = send(world.resource, {
    era: "2026-07-28",
    method: "tools/call",
    params: { name: "wait", arguments: {} },
    token: await world.token(ben),
  });
  await until(() => world.audited.some(({ details }) => details["name"] === "wait"));
  await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
  const late = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), 5000);
  });
  expect((await Promise.race([waiting, late]))?.status).toBe(401);
  await until(() =>
    world.audited.some(
      ({ type, details }) => type === "mcp.finished" && details["name"] === "wait",
    ),
  );
});

test("a client that hangs up ends the watch over its call", async () => {
  await using world = await createWorld();
  const client = new AbortController();
  const waiting = send(world.resource, {
    era: "2026-07-28",
    method: "tools/call",
    params: { name: "wait", arguments: {}, _meta: { progressToken: 1 } },
    token: await world.token(ada),
    signal: client.signal,
  }).catch(() => null);
  await until(() => world.audited.length > 0);
  client.abort();
  await waiting;
  await until(() => world.audited.some(({ type }) => type === "mcp.finished"));
  expect(world.audited.map(({ type }) => type)).toEqual(["mcp.attempted", "mcp.finished"]);
});

test("streams end when the server is closed", async () => {
  await using world = await createWorld({ mcp: { legacy: "sessions" } });
  using stream = await listen(world, await world.token(ada), ALL);
  await world.mcp.close();
  await until(() => stream.state.ended);
  const token = await world.token(ada);
  const after = await send(world.resource, { era: "2026-07-28", method: "tools/list", token });
  expect(after.status).toBe(503);
});

test("a stream ends when its person is suspended", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  using gone = await listen(world, await world.token(ben), ALL);
  using stays = await listen(world, await world.token(ada), ALL);
  const { principal } = await world.contextOf(ben);
  await world.auth.directory.setUserStatus(principal.id, "suspended");
  await until(() => gone.state.ended);
  expect(stays.state.ended).toBe(false);
});

test("a stream ends when its person's tokens are revoked, though the person stays", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  using gone = await listen(world, await world.token(ben), ALL);
  using stays = await listen(world, await world.token(ada), ALL);
  await world.revokeTokensOf(ben);
  await until(() => gone.state.ended);
  expect(stays.state.ended).toBe(false);
});

test("a stream ends when its API key is revoked", async () => {
  await using world = await createWorld({ mcp: { apiKeys: "allow", recheckSeconds: 0.1 } });
  using gone = await listen(world, await world.apiKey(ada, ["notes:read"]), ALL);
  const owner = await world.contextOf(ada);
  const listed = await world.auth.apiKeys.list(owner);
  const [key] = listed.ok ? listed.value.items : [];
  await world.auth.apiKeys.revoke(owner, key?.id ?? "");
  await until(() => gone.state.ended);
  expect(gone.state.ended).toBe(true);
});

test("a stream ends when the directory cannot be asked", async () => {
  await using world = await createWorld({ mcp: { recheckSeconds: 0.1 } });
  using stream = await listen(world, await world.token(ada), ALL);
  world.breakStore("memberships");
  await until(() => stream.state.ended);
  expect(stream.state.ended).toBe(true);
});
