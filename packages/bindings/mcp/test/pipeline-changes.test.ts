import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MOUNTS } from "./support/mounts.ts";
import { answerOf, headersFor, message, send, textOf } from "./support/wire.ts";
import { ada, createWorld, dan, type World } from "./support/world.ts";

const PRM = "/.well-known/oauth-protected-resource/mcp";

/** Rows of the pipeline about what changes while tokens live, in both protocols, on every mount. */
describe.each(MOUNTS)("$name", ({ name, eras, options }) => {
  describe.each(eras.map((era) => ({ era })))("$era", ({ era }) => {
    let world: World;
    let url: string;
    beforeAll(async () => {
      world = await createWorld({ ...options, mcp: { recheckSeconds: 0.1 } });
      url = world.resource;
    });
    afterAll(() => world[Symbol.asyncDispose]());

    const tool = (token: string, called = "list_notes", args: object = {}) =>
      send(url, {
        era,
        method: "tools/call",
        params: { name: called, arguments: args },
        token,
      });

    test("step 2: a page of an allowed origin may ask before it calls", async () => {
      const response = await fetch(url, {
        method: "OPTIONS",
        headers: { origin: world.origin, "access-control-request-method": "POST" },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get("access-control-allow-origin")).toBe(world.origin);
      expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
    });

    test.each([
      "member was removed",
      "person was suspended",
      "tenant was suspended",
      "tokens were revoked",
    ] as const)("step 5: a token whose %s is refused at the next call", async (what) => {
      const organization = what.replaceAll(" ", "-");
      const who = { subject: organization, organization, role: "editor" };
      const token = await world.token(who);
      expect((await tool(token)).status).toBe(200);
      const { principal, tenant } = await world.contextOf(who);
      const { directory } = world.auth;
      const end = {
        "member was removed": () => directory.removeMember(principal.id, tenant?.id ?? ""),
        "person was suspended": () => directory.setUserStatus(principal.id, "suspended"),
        "tenant was suspended": () => directory.setTenantStatus(tenant?.id ?? "", "suspended"),
        "tokens were revoked": () => world.revokeTokensOf(who),
      };
      await end[what]();
      const response = await tool(token);
      expect(response.status).toBe(401);
      const challenge = response.headers.get("www-authenticate") ?? "";
      expect(challenge).toContain('error="invalid_token"');
      expect(challenge).toContain(`resource_metadata="${world.origin}${PRM}"`);
    });

    test("step 6: a client that the tenant denies is refused, there and without a challenge", async () => {
      const clientId = "denied-agent";
      await world.auth.clients.decide(
        await world.adminOf(ada),
        { kind: "client", instance: "test", clientId },
        "deny",
      );
      const response = await tool(await world.token(ada, { clientId }));
      expect(response.status).toBe(403);
      expect(response.headers.get("www-authenticate")).toBeNull();
      expect(await response.json()).toMatchObject({ error: "access_denied" });
      expect((await tool(await world.token(dan, { clientId }))).status).toBe(200);
    });

    test("step 9: what every client asks first needs no more than a token", async () => {
      const token = await world.token(ada, { scope: "" });
      const first =
        era === "2026-07-28"
          ? [{ method: "server/discover", params: {} }]
          : [
              {
                method: "initialize",
                params: {
                  protocolVersion: era,
                  capabilities: {},
                  clientInfo: { name: "test", version: "1" },
                },
              },
              { method: "ping", params: {} },
            ];
      for (const { method, params } of first) {
        const answer = await answerOf(await send(url, { era, method, params, token }));
        expect(answer.error).toBeUndefined();
        expect(answer.result).toBeDefined();
      }
    });

    test("step 9: lists are private and end with the token", async () => {
      if (era !== "2026-07-28") return;
      const token = await world.token(ada, { expiresInSeconds: 30 });
      for (const method of ["tools/list", "prompts/list", "resources/list"]) {
        const { result } = await answerOf(await send(url, { era, method, token }));
        expect(result).toMatchObject({ cacheScope: "private" });
        expect(result?.["ttlMs"]).toBeLessThanOrEqual(30_000);
      }
    });

    test("step 9: a batch runs whole or not at all, with one challenge for all that is missing", async () => {
      const token = await world.token(ada, { scope: "other:thing" });
      const calls = [
        ["whoami", {}],
        ["list_notes", {}],
        ["add_note", { id: "batched", text: "x" }],
      ] as const;
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headersFor(era, "tools/call"), authorization: `Bearer ${token}` },
        body: JSON.stringify(
          calls.map(([called, args], id) =>
            message(era, "tools/call", { name: called, arguments: args }, id),
          ),
        ),
      });
      expect(response.status).toBe(403);
      expect(response.headers.get("www-authenticate")).toContain(
        'scope="other:thing notes:read notes:write"',
      );
      expect(textOf(await answerOf(await tool(await world.token(ada))))).not.toContain("batched");
    });

    test("step 9: a subscription holds its own tenant's addresses only", async () => {
      if (era !== "2026-07-28") return;
      const client = new AbortController();
      const uris = ["notes://acme/n1", "notes://birch/n1"];
      const response = await send(url, {
        era,
        method: "subscriptions/listen",
        params: { notifications: { resourceSubscriptions: uris } },
        token: await world.token(ada),
        signal: client.signal,
      });
      const part = await response.body?.getReader().read();
      const text = new TextDecoder().decode(part?.value);
      client.abort();
      expect(text).toContain("notes://acme/n1");
      expect(text).not.toContain("notes://birch/n1");
    });

    test("step 11: what is open ends with the token", { timeout: 10_000 }, async () => {
      const token = await world.token(ada, { expiresInSeconds: 2 });
      const startedAtMs = Date.now();
      const response = await send(url, {
        era,
        method: era === "2026-07-28" ? "subscriptions/listen" : "tools/call",
        params:
          era === "2026-07-28"
            ? { notifications: { toolsListChanged: true } }
            : { name: "wait", arguments: {} },
        token,
      });
      await response.text().catch(() => "");
      expect(Date.now() - startedAtMs).toBeGreaterThan(800);
      expect(Date.now() - startedAtMs).toBeLessThan(4000);
    });

    test(`step 11: what is open ends with the membership (${name})`, async () => {
      const who = { subject: "leaver", organization: "acme", role: "editor" };
      const token = await world.token(who);
      const { principal, tenant } = await world.contextOf(who);
      const waiting = tool(token, "wait");
      await expect
        .poll(() => world.audited.some(({ details }) => details["name"] === "wait"))
        .toBe(true);
      await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
      const response = await waiting;
      expect(await response.text()).not.toContain("waited");
      expect(response.status).toBe(401);
    });

    test("what cannot be found out is 503, without a challenge", async () => {
      const token = await world.token(ada);
      world.breakStore("memberships");
      const response = await tool(token);
      expect(response.status).toBe(503);
      expect(response.headers.get("www-authenticate")).toBeNull();
    });
  });
});
