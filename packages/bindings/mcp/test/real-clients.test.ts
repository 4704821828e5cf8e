import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMcp as createMcpV1 } from "@tenantry/mcp/v1";
import {
  ada,
  ben,
  createWorld,
  dan,
  type P,
  type World,
  type WorldOptions,
} from "./support/world.ts";

/** What the tests need of a client, whichever SDK it is of. */
interface Connected {
  readonly callTool: (call: {
    readonly name: string;
    readonly arguments: Record<string, unknown>;
  }) => Promise<unknown>;
  readonly listTools: () => Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  readonly readResource: (read: { readonly uri: string }) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

async function connectV2(world: World, token: string, mode: "auto" | "legacy"): Promise<Connected> {
  const client = new Client(
    { name: "test", version: "1" },
    mode === "auto" ? { versionNegotiation: { mode: "auto" } } : {},
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(world.resource), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return {
    callTool: (call) => client.callTool(call),
    listTools: () => client.listTools(),
    readResource: (read) => client.readResource(read),
    close: () => client.close(),
  };
}

async function connectV1(world: World, token: string): Promise<Connected> {
  const client = new ClientV1({ name: "test", version: "1" });
  await client.connect(
    new TransportV1(new URL(world.resource), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return {
    callTool: (call) => client.callTool(call),
    listTools: () => client.listTools(),
    readResource: (read) => client.readResource(read),
    close: () => client.close(),
  };
}

const CLIENTS = [
  {
    name: "SDK 2, protocol 2026-07-28",
    connect: (world: World, token: string) => connectV2(world, token, "auto"),
  },
  {
    name: "SDK 2, protocol 2025-11-25",
    connect: (world: World, token: string) => connectV2(world, token, "legacy"),
  },
  { name: "SDK 1", connect: connectV1 },
];

const SERVERS: readonly { readonly name: string; readonly options: WorldOptions }[] = [
  { name: "server on SDK 2", options: {} },
  {
    name: "server on SDK 1",
    options: { create: ({ legacy: _legacy, ...options }) => createMcpV1<P>(options) },
  },
];

for (const server of SERVERS) {
  describe.each(CLIENTS)(`${server.name}, client of $name`, ({ connect }) => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld(server.options);
    });
    afterAll(() => world[Symbol.asyncDispose]());

    test("lists, calls and reads", async () => {
      const client = await connect(world, await world.token(ada));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain("add_note");
      const call = { name: "add_note", arguments: { id: "n1", text: "hello" } };
      expect(JSON.stringify(await client.callTool(call))).toContain("added");
      const read = await client.readResource({ uri: "notes://acme/n1" });
      expect(JSON.stringify(read)).toContain("hello");
      await client.close();
    });

    test("200 interleaved calls of two tenants each see their own", async () => {
      const acme = await connect(world, await world.token(ada));
      const birch = await connect(world, await world.token(dan));
      await world.put(ada, "whose", "acme's");
      await world.put(dan, "whose", "birch's");
      const answers = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const [client, own, other] =
            index % 2 === 0 ? [acme, "acme's", "birch's"] : [birch, "birch's", "acme's"];
          const answer = await client.callTool({ name: "list_notes", arguments: {} });
          const text = JSON.stringify(answer);
          return text.includes(own ?? "") && !text.includes(other ?? "");
        }),
      );
      expect(answers).toHaveLength(200);
      expect(answers).not.toContain(false);
      await Promise.all([acme.close(), birch.close()]);
    });

    test("CVE-2026-25536: equal JSON-RPC ids of two tenants at once keep their answers apart", async () => {
      await world.put(ada, "whose", "acme's");
      await world.put(dan, "whose", "birch's");
      // Fresh clients count their requests from the same number.
      const pairs = await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const who = index % 2 === 0 ? ada : dan;
          const client = await connect(world, await world.token(who));
          const text = JSON.stringify(await client.callTool({ name: "list_notes", arguments: {} }));
          await client.close();
          return text.includes(who === ada ? "acme's" : "birch's");
        }),
      );
      expect(pairs).not.toContain(false);
    });

    test("a member who was removed is stopped at the next call", async () => {
      const client = await connect(world, await world.token(ben));
      await client.callTool({ name: "list_notes", arguments: {} });
      const { principal, tenant } = await world.contextOf(ben);
      await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
      const refused = await client
        .callTool({ name: "list_notes", arguments: {} })
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Error);
      await client.close();
    });
  });
}
