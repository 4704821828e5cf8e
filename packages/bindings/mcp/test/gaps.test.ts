import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { Engine } from "../src/engine.ts";
import { engineV2 } from "../src/engine-v2.ts";
import { createMount } from "../src/mount.ts";
import { answerOf, headersFor, message, send } from "./support/wire.ts";
import { ada, ben, createWorld, dan } from "./support/world.ts";

/** What the official SDK leaves to its users, as measured with its version 2.4.0. */
describe("the SDK", () => {
  const era = "2026-07-28";

  test("gap 1: checks an audience only if told to, and no lists; here both are checked", async () => {
    await using world = await createWorld();
    const other = "https://other.example.test/mcp";
    for (const [resource, status] of [
      [[other, world.resource], 200],
      [[other, `${world.resource}/`], 401],
      [[other], 401],
    ] as const) {
      const token = await world.token(ada, { resource });
      expect((await send(world.resource, { era, method: "tools/list", token })).status).toBe(
        status,
      );
    }
  });

  test("gap 2: runs a tool for nobody behind a missing gate; here a call without a caller is none", async () => {
    const engines: Engine[] = [];
    await using world = await createWorld({
      create: (options) =>
        createMount(options, (parts) => {
          const engine = engineV2(parts);
          engines.push(engine);
          return engine;
        }),
    });
    const params = { name: "add_note", arguments: { id: "n", text: "x" } };
    const call = {
      caller: { context: await world.contextOf(ada), outcome: undefined },
      exposed: new Set(),
      messages: new Map(),
      records: new Map(),
      signal: new AbortController().signal,
    };
    // Past the pipeline, with somebody whom core never let in.
    const served = await engines[0]
      ?.serve(
        new Request(world.resource, {
          method: "POST",
          headers: headersFor(era, "tools/call", params),
        }),
        { ...call, caller: { ...call.caller, endpoint: {}, request: {} } } as never,
        { parsedBody: message(era, "tools/call", params), tenantKey: "x" },
      )
      .catch(() => null);
    const text = (await served?.response.text()) ?? "";
    expect(text).not.toContain("added");
    const { tenant } = await world.contextOf(ada);
    expect(tenant && world.notes.list(tenant.scope)).toEqual([]);
  });

  test("gap 3: shows every tool to everybody; here a list is its caller's", async () => {
    await using world = await createWorld();
    const token = await world.token(ben);
    const text = await (await send(world.resource, { era, method: "tools/list", token })).text();
    expect(text).not.toContain("add_note");
  });

  test("gap 5: lets anybody use a session; here it is its caller's", async () => {
    await using world = await createWorld({ mcp: { legacy: "sessions" } });
    const old = "2025-11-25";
    const params = {
      protocolVersion: old,
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    };
    const token = await world.token(ada);
    const started = await send(world.resource, { era: old, method: "initialize", params, token });
    const id = started.headers.get("mcp-session-id") ?? "";
    expect(id).not.toBe("");
    const response = await send(world.resource, {
      era: old,
      method: "tools/list",
      token: await world.token(dan),
      headers: { "mcp-session-id": id },
    });
    expect(response.status).toBe(404);
  });

  test("gap 9: takes the first of several Authorization lines; here they are refused", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        world.resource,
        {
          method: "POST",
          headers: [
            ...Object.entries(headersFor(era, "tools/list")).flat(),
            ...["host", new URL(world.resource).host],
            ...["authorization", `Bearer ${token}`, "authorization", "Bearer x"],
          ],
        },
        (response) => {
          response.resume();
          resolve([response.statusCode, response.headers["www-authenticate"]]);
        },
      );
      sent.on("error", reject).end(JSON.stringify(message(era, "tools/list")));
    });
    expect(status).toEqual([400, expect.stringContaining('error="invalid_request"')]);
  });

  test("gap 10: knows no tenant and keeps no record; here a call has both", async () => {
    await using world = await createWorld();
    const params = { name: "list_notes", arguments: {} };
    const token = await world.token(ada);
    await answerOf(await send(world.resource, { era, method: "tools/call", params, token }));
    const { tenant, principal } = await world.contextOf(ada);
    expect(world.audited.at(-1)).toMatchObject({
      tenantId: tenant?.id,
      principal: { id: principal.id },
      details: { name: "list_notes" },
    });
  });
});

// Gap 4, subscriptions: streams.test.ts. Gap 6, exceptions, and 8, completions: pipeline.test.ts.
// Gap 7, the state of a call: states.test.ts.
