import { describe, expect, test } from "vitest";
import { AuthError } from "@tenantry/core";
import { send } from "./support/wire.ts";
import { ada, ben, createWorld, dan, type World } from "./support/world.ts";

async function statusOf(world: World, who: typeof ada, clientId: string): Promise<number> {
  const token = await world.token(who, { clientId });
  const response = await send(world.resource, { era: "2026-07-28", method: "tools/list", token });
  return response.status;
}

const DOCUMENT = "https://agent.example/client.json";

describe("clients that a tenant has no rule about", () => {
  test("are let in by default", async () => {
    await using world = await createWorld();
    expect(await statusOf(world, ada, "anything")).toBe(200);
  });

  test("are refused with `deny`, without a challenge", async () => {
    await using world = await createWorld({ mcp: { clientPolicy: "deny" } });
    const token = await world.token(ada);
    const response = await send(world.resource, { era: "2026-07-28", method: "tools/list", token });
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toBeNull();
    expect(await response.json()).toMatchObject({ error: "access_denied" });
    expect(world.audited.at(-1)).toMatchObject({ outcome: "denied", reason: "client_denied" });
  });

  test("wait for an administrator with `ask`, who finds them on a list", async () => {
    await using world = await createWorld({ mcp: { clientPolicy: "ask" } });
    expect(await statusOf(world, ada, "agent")).toBe(403);
    expect(await statusOf(world, ada, "agent")).toBe(403);
    const admin = await world.adminOf(ada);
    const { items } = await world.auth.clients.list(admin);
    expect(items).toMatchObject([{ subject: "client:test:agent", decision: "pending" }]);
    await world.auth.clients.decide(
      admin,
      { kind: "client", instance: "test", clientId: "agent" },
      "allow",
    );
    expect(await statusOf(world, ada, "agent")).toBe(200);
    expect(await statusOf(world, ben, "agent")).toBe(200);
  });

  test("wait in each tenant for that tenant's administrator", async () => {
    await using world = await createWorld({ mcp: { clientPolicy: "ask" } });
    await world.auth.clients.decide(await world.adminOf(ada), { kind: "default" }, "allow");
    expect(await statusOf(world, ada, "agent")).toBe(200);
    expect(await statusOf(world, dan, "agent")).toBe(403);
    const { items } = await world.auth.clients.list(await world.adminOf(dan));
    expect(items.map(({ subject }) => subject)).toEqual(["client:test:agent"]);
  });
});

describe("rules about hosts", () => {
  test("decide by the host of the metadata document", async () => {
    await using world = await createWorld({ mcp: { clientPolicy: "deny" } });
    const admin = await world.adminOf(ada);
    await world.auth.clients.decide(admin, { kind: "host", host: "agent.example" }, "allow");
    expect(await statusOf(world, ada, DOCUMENT)).toBe(200);
    for (const other of [
      "https://agent.example.evil.example/client.json",
      "https://agent.example@evil.example/client.json",
      "http://agent.example/client.json",
      "agent.example",
    ]) {
      expect(await statusOf(world, ada, other)).toBe(403);
    }
  });

  test("decide by all redirect addresses that the vendor has registered", async () => {
    const clients = {
      good: ["https://agent.example/callback"],
      mixed: ["https://agent.example/callback", "https://evil.example/callback"],
      local: ["com.agent.app:/callback"],
    };
    await using world = await createWorld({
      mcp: { clientPolicy: "deny" },
      facts: {
        clients: {
          list: async () => ({ ok: true, value: { items: [] } }),
          get: async (clientId) => ({
            ok: true,
            value: {
              clientId,
              name: null,
              registration: "dynamic",
              redirectUris: Object.entries(clients).find(([id]) => id === clientId)?.[1] ?? [],
            },
          }),
        },
      },
    });
    const admin = await world.adminOf(ada);
    await world.auth.clients.decide(admin, { kind: "host", host: "agent.example" }, "allow");
    expect(await statusOf(world, ada, "good")).toBe(200);
    expect(await statusOf(world, ada, "mixed")).toBe(403);
    expect(await statusOf(world, ada, "local")).toBe(403);
    expect(await statusOf(world, ada, "unknown")).toBe(403);
  });

  test("are 503 when the vendor cannot say whose address it is", async () => {
    await using world = await createWorld({
      facts: {
        clients: {
          list: async () => ({ ok: true, value: { items: [] } }),
          get: async () => ({ ok: false, reason: "provider_unavailable" }),
        },
      },
    });
    const admin = await world.adminOf(ada);
    expect(await statusOf(world, ada, "agent")).toBe(200);
    await world.auth.clients.decide(admin, { kind: "host", host: "evil.example" }, "deny");
    expect(await statusOf(world, ada, "agent")).toBe(503);
  });
});

describe("who decides", () => {
  test("is somebody with the permission, in their own tenant", async () => {
    await using world = await createWorld();
    const member = await world.contextOf(ada);
    const refused = await world.auth.clients
      .decide(member, { kind: "default" }, "allow")
      .catch((error: unknown) => error);
    expect(AuthError.is(refused) && refused.code).toBe("permission_denied");
  });

  test("is no agent, whatever its person may do", async () => {
    await using world = await createWorld();
    const admin = { subject: "admin-acme", organization: "acme", role: "admin" };
    const agent = await world.contextOfAgent(admin);
    expect(agent.permissions.has("admin:clients")).toBe(true);
    const refused = await world.auth.clients
      .decide(agent, { kind: "default" }, "allow")
      .catch((error: unknown) => error);
    expect(AuthError.is(refused) && refused.code).toBe("permission_denied");
    // Nor may it leave a key behind that outlives its consent.
    const key = { name: "left behind", permissions: ["notes:read"] } as const;
    expect(await world.auth.apiKeys.create(agent, key)).toMatchObject({ ok: false });
    expect(await world.auth.apiKeys.create(await world.contextOf(admin), key)).toMatchObject({
      ok: true,
    });
  });

  test("is put on record", async () => {
    await using world = await createWorld();
    await world.auth.clients.decide(await world.adminOf(ada), { kind: "default" }, "deny");
    expect(world.audited.at(-1)).toMatchObject({
      type: "client.decided",
      details: { subject: "default", decision: "deny" },
    });
  });
});
