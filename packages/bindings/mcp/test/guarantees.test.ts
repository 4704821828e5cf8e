import { describe, expect, test } from "vitest";
import { answerOf, ERAS, headersFor, message, send, textOf } from "./support/wire.ts";
import { engineV2 } from "../src/engine-v2.ts";
import { createMount } from "../src/mount.ts";
import { ada, createWorld, dan, eve, registerNotes } from "./support/world.ts";

const era = "2026-07-28";

describe("tokens that are not bound to the resource", () => {
  const params = { name: "whoami", arguments: {} };

  test("are accepted where the app says so", async () => {
    const facts = { resourceBinding: false };
    await using world = await createWorld({ facts, mcp: { allowUnboundTokens: true } });
    const token = await world.token(ada);
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.status).toBe(200);
  });

  test("are refused beside those of a provider that binds them", async () => {
    await using world = await createWorld({ second: { resourceBinding: false } });
    const bound = await world.token(ada);
    const unbound = await world.tokenOfSecond(ada);
    const call = { era, method: "tools/call", params } as const;
    expect((await send(world.resource, { ...call, token: bound })).status).toBe(200);
    const response = await send(world.resource, { ...call, token: unbound });
    expect(response.status).toBe(401);
    expect(world.audited.at(-1)).toMatchObject({ outcome: "denied", reason: "resource_unbound" });
  });
});

describe("what cannot be found out", () => {
  test("is 503 when the directory cannot answer", async () => {
    await using world = await createWorld({ mcp: {} });
    const token = await world.token(ada);
    world.breakStore("memberships");
    const response = await send(world.resource, { era, method: "tools/list", token });
    expect(response.status).toBe(503);
    expect(response.headers.get("www-authenticate")).toBeNull();
  });

  test("is 503 when the rules about clients cannot be read", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    world.breakStore("clients");
    const response = await send(world.resource, { era, method: "tools/list", token });
    expect(response.status).toBe(503);
  });
});

describe("the record of calls", () => {
  const add = { name: "add_note", arguments: { id: "n", text: "x" } };

  test("in strict mode: a call that cannot be put there does not run", async () => {
    await using world = await createWorld({ mcp: { audit: { mode: "strict" } } });
    const token = await world.token(ada);
    world.breakStore("audit");
    const params = add;
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.status).toBe(503);
    const { tenant } = await world.contextOf(ada);
    expect(tenant && world.notes.list(tenant.scope)).toEqual([]);
  });

  test("otherwise it runs, and the log says so", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    world.breakStore("audit");
    const params = add;
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(textOf(await answerOf(response))).toBe("added");
    expect(world.logged.map(({ event }) => event)).toContain("audit.append_failed");
  });

  test("has a call that never came to its handler", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    const params = { name: "add_note", arguments: { id: 7 } };
    await (await send(world.resource, { era, method: "tools/call", params, token })).text();
    await expect
      .poll(() => world.audited.at(-1))
      .toMatchObject({ outcome: "error", reason: "not_run" });
  });

  test("keeps the trace it belongs to, and nothing that only looks like one", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (const [sent, kept] of [
      [traceparent, traceparent],
      ["secret", null],
    ] as const) {
      const params = { name: "whoami", arguments: {} };
      const headers = { traceparent: sent };
      await (
        await send(world.resource, { era, method: "tools/call", params, token, headers })
      ).text();
      expect(world.audited.at(-1)?.details["traceparent"]).toBe(kept);
    }
  });
});

describe("what handlers get", () => {
  test("CVE-2025-55009: holds no token, wherever it looks", async () => {
    const seen: unknown[] = [];
    await using world = await createWorld({
      register(mcp, notes) {
        registerNotes(mcp, notes);
        mcp.tool("look", { permission: "notes:read" }, (...args) => {
          seen.push(args);
          return { content: [] };
        });
      },
    });
    const token = await world.token(ada);
    const params = { name: "look", arguments: {} };
    for (const one of ERAS) {
      await (await send(world.resource, { era: one, method: "tools/call", params, token })).text();
    }
    expect(seen).toHaveLength(2);
    const text = seen.map((args) => JSON.stringify(args)).join();
    expect(text).not.toContain(token.slice(0, 20));
    expect(text).not.toContain(token.slice(-20));
  });

  test("the SDK sees no credential", async () => {
    const seen: string[] = [];
    await using world = await createWorld({
      create: (options) =>
        createMount(options, (made) => {
          const engine = engineV2(made);
          return {
            ...engine,
            serve(request, call, rest) {
              for (const [name, value] of request.headers) seen.push(`${name}: ${value}`);
              return engine.serve(request, call, rest);
            },
          };
        }),
    });
    const token = await world.token(ada);
    const headers = { cookie: "session=1" };
    await (await send(world.resource, { era, method: "tools/list", token, headers })).text();
    expect(seen.join()).toContain("mcp-protocol-version");
    expect(seen.join()).not.toContain(token);
    expect(seen.join()).not.toContain("session=1");
  });

  test("of a tenantless tool holds nothing of a tenant", async () => {
    let seen: unknown;
    await using world = await createWorld({
      register(mcp) {
        mcp.tenantlessTool("look", { reason: "For the test." }, (_args, ctx) => {
          seen = ctx;
          return { content: [] };
        });
      },
    });
    const params = { name: "look", arguments: {} };
    const token = await world.token(ada);
    await (await send(world.resource, { era, method: "tools/call", params, token })).text();
    expect(seen).toBeDefined();
    expect(seen).not.toHaveProperty("tenant");
    expect(Object.keys((seen as { auth: object }).auth)).not.toContain("tenant");
  });

  test("writes to the log with the call and the tenant, and under no other's name", async () => {
    await using world = await createWorld({
      register(mcp) {
        mcp.tool("look", { permission: "notes:read" }, (_args, { log, callId }) => {
          const fields = { tenantId: "tnt_other", callId: "other", found: 3 };
          log({ level: "info", event: "app.looked", fields });
          return { content: [{ type: "text", text: callId }] };
        });
      },
    });
    const params = { name: "look", arguments: {} };
    const token = await world.token(ada);
    const sent = await send(world.resource, { era, method: "tools/call", params, token });
    const callId = textOf(await answerOf(sent));
    const { tenant } = await world.contextOf(ada);
    expect(world.logged.find(({ event }) => event === "app.looked")).toEqual({
      level: "info",
      event: "app.looked",
      fields: { found: 3, callId, tenantId: tenant?.id },
    });
  });

  test("is a scope that core has minted", async () => {
    let seen: unknown;
    await using world = await createWorld({
      register(mcp) {
        mcp.tool("look", { permission: "notes:read" }, (_args, { tenant }) => {
          seen = tenant;
          return { content: [] };
        });
      },
    });
    const params = { name: "look", arguments: {} };
    const token = await world.token(ada);
    await (await send(world.resource, { era, method: "tools/call", params, token })).text();
    expect(world.auth.isScope(seen)).toBe(true);
  });
});

describe("resources", () => {
  test("the tenant in an address is compared and never trusted", async () => {
    await using world = await createWorld({
      register(mcp, notes) {
        mcp.resourceTemplate(
          "note",
          { permission: "notes:read", uriTemplate: "notes://{tenant}/{id}" },
          // A handler that answers whatever it is asked.
          (uri) => ({ contents: [{ uri: uri.href, text: "leaked" }] }),
        );
        void notes;
      },
    });
    const token = await world.token(ada);
    for (const tenant of ["birch", "ACME", "acme%2F..", "%61cmee", ""]) {
      const params = { uri: `notes://${tenant}/n1` };
      const response = await send(world.resource, { era, method: "resources/read", params, token });
      expect(await response.text()).not.toContain("leaked");
    }
    const own = { uri: "notes://acme/n1" };
    const response = await send(world.resource, {
      era,
      method: "resources/read",
      params: own,
      token,
    });
    expect(await response.text()).toContain("leaked");
  });
});

describe("lists", () => {
  test("are kept by nobody but the caller, and no longer than the token lives", async () => {
    await using world = await createWorld({ mcp: { listTtlSeconds: 3600 } });
    const token = await world.token(ada, { expiresInSeconds: 100 });
    for (const method of ["tools/list", "resources/list", "prompts/list", "server/discover"]) {
      const { result } = await answerOf(await send(world.resource, { era, method, token }));
      expect(result?.["cacheScope"]).toBe("private");
      expect(result?.["ttlMs"]).toBeLessThanOrEqual(100_000);
      expect(result?.["ttlMs"]).toBeGreaterThan(0);
    }
  });
});

describe("batches of the older protocol", () => {
  async function batch(token: string, url: string, calls: readonly (readonly [string, object])[]) {
    return fetch(url, {
      method: "POST",
      headers: {
        ...headersFor("2025-11-25", "tools/call"),
        "mcp-protocol-version": "2025-03-26",
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(
        calls.map(([name, args], id) =>
          message("2025-11-25", "tools/call", { name, arguments: args }, id),
        ),
      ),
    });
  }
  const add = ["add_note", { id: "b", text: "x" }] as const;

  test("are refused as a whole, in one challenge, before anything of them runs", async () => {
    await using world = await createWorld();
    const token = await world.token(ada, { scope: "other:thing" });
    const response = await batch(token, world.resource, [["whoami", {}], ["list_notes", {}], add]);
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain(
      'scope="other:thing notes:read notes:write"',
    );
    const { tenant } = await world.contextOf(ada);
    expect(tenant && world.notes.list(tenant.scope)).toEqual([]);
  });

  test("with one id twice are refused", async () => {
    await using world = await createWorld();
    const one = message("2025-11-25", "tools/call", { name: "whoami", arguments: {} }, 1);
    const response = await fetch(world.resource, {
      method: "POST",
      headers: {
        ...headersFor("2025-11-25", "tools/call"),
        authorization: `Bearer ${await world.token(ada)}`,
      },
      body: JSON.stringify([one, one]),
    });
    expect(response.status).toBe(400);
  });
});

describe("challenges", () => {
  const params = { name: "add_note", arguments: { id: "b", text: "x" } };

  test("ask for what is missing and nothing else with `minimal`", async () => {
    await using world = await createWorld({ mcp: { challenge: "minimal" } });
    const token = await world.token(ada, { scope: "notes:read" });
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.headers.get("www-authenticate")).toContain('scope="notes:write"');
  });

  test("do not ask for refresh tokens, which are the client's affair", async () => {
    await using world = await createWorld();
    const token = await world.token(ada, { scope: "notes:read offline_access" });
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.headers.get("www-authenticate")).toContain('scope="notes:read notes:write"');
  });

  test("keep what could end their quotes out", async () => {
    await using world = await createWorld();
    const token = await world.token(ada, { scope: 'notes:read x", error="none' });
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    const challenge = response.headers.get("www-authenticate") ?? "";
    expect(challenge.match(/error=/g)).toHaveLength(1);
  });

  test("ask for the scope that brings a tenant, where there is one", async () => {
    await using world = await createWorld({ facts: { tenantScopes: ["user:org:read"] } });
    const token = await world.token(eve, { scope: "notes:read" });
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain("user:org:read");
  });
});

describe("credentials that were not asked for", () => {
  test("API keys and machine tokens are refused by default", async () => {
    await using world = await createWorld();
    const key = await world.apiKey(ada, ["notes:read"]);
    const machine = await world.machineToken(ada, "notes:read");
    for (const token of [key, machine]) {
      const response = await send(world.resource, { era, method: "tools/list", token });
      expect(response.status).toBe(401);
    }
  });
});

describe("a body", () => {
  test("over the limit is 413, and nothing of it runs", async () => {
    await using world = await createWorld({ mcp: { maxBodyBytes: 1000 } });
    const params = { name: "add_note", arguments: { id: "big", text: "x".repeat(2000) } };
    const token = await world.token(ada);
    const response = await send(world.resource, { era, method: "tools/call", params, token });
    expect(response.status).toBe(413);
  });
});

describe("clients of the older protocol", () => {
  test("are told so where they are not served", async () => {
    await using world = await createWorld({ mcp: { legacy: "reject" } });
    const token = await world.token(ada);
    const old = await send(world.resource, { era: "2025-11-25", method: "tools/list", token });
    expect((await answerOf(old)).error).toBeDefined();
    const current = await send(world.resource, { era, method: "tools/list", token });
    expect((await answerOf(current)).error).toBeUndefined();
  });
});

describe("a session of one app", () => {
  test("a tenant that was suspended is stopped at the next call", async () => {
    await using world = await createWorld();
    const token = await world.token(dan);
    const { tenant } = await world.contextOf(dan);
    await world.auth.directory.setTenantStatus(tenant?.id ?? "", "suspended");
    const response = await send(world.resource, { era, method: "tools/list", token });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });
});
