import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MOUNTS } from "./support/mounts.ts";
import { ISSUER } from "./support/provider.ts";
import { answerOf, headersFor, message, send, textOf } from "./support/wire.ts";
import { ada, ben, createWorld, dan, eve, type World } from "./support/world.ts";

/** Sends what `fetch` would not let a caller choose. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject).end();
  });
}

/** The order of the pipeline and the rows of its tables, in both protocols, on every mount. */
describe.each(MOUNTS)("$name", ({ eras, options }) => {
  describe.each(eras.map((era) => ({ era })))("$era", ({ era }) => {
    let world: World;
    let url: string;
    beforeAll(async () => {
      world = await createWorld({
        ...options,
        mcp: {
          apiKeys: "allow",
          machines: "allow",
          maxBodyBytes: 100_000,
          recheckSeconds: 0.1,
        },
        tenantPath: "/t/{tenant}/mcp",
      });
      url = world.resource;
    });
    afterAll(() => world[Symbol.asyncDispose]());

    const call = (name: string, args: object = {}) => ({ name, arguments: args });
    const tool = (token: string | undefined, name: string, args: object = {}) =>
      send(url, {
        era,
        method: "tools/call",
        params: call(name, args),
        ...(token === undefined ? {} : { token }),
      });

    describe("step 1, metadata", () => {
      test("is at the path of the resource, public and readable from any page", async () => {
        const response = await fetch(`${world.origin}/.well-known/oauth-protected-resource/mcp`);
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({
          resource: url,
          authorization_servers: [ISSUER],
          scopes_supported: ["notes:read"],
          bearer_methods_supported: ["header"],
          resource_name: "notes",
        });
        expect(response.headers.get("access-control-allow-origin")).toBe("*");
        expect(response.headers.get("cache-control")).toBe("public, max-age=300");
      });

      test("is per tenant, and the same whether or not there is such a tenant", async () => {
        for (const tenant of ["acme", "no-such-tenant"]) {
          const path = `/.well-known/oauth-protected-resource/t/${tenant}/mcp`;
          const response = await fetch(`${world.origin}${path}`);
          expect(await response.json()).toMatchObject({
            resource: `${world.origin}/t/${tenant}/mcp`,
          });
        }
      });

      test("is not at the root of a host with several resources", async () => {
        const response = await fetch(`${world.origin}/.well-known/oauth-protected-resource`);
        expect(response.status).not.toBe(200);
      });
    });

    describe("step 2, the door", () => {
      test("CVE-2025-66414: refuses a host name that is not ours", async () => {
        const host = `rebound.example:${new URL(url).port}`;
        expect(await statusFor(url, { host })).toBe(403);
        // The same request with our name gets as far as the token.
        expect(await statusFor(url, {})).toBe(401);
      });

      test("CVE-2025-66414: refuses a page of another site", async () => {
        const response = await send(url, {
          era,
          method: "tools/list",
          token: await world.token(ada),
          headers: { origin: "http://rebound.example" },
        });
        expect(response.status).toBe(403);
      });

      test("lets pages of an allowed origin read the challenge", async () => {
        const response = await send(url, {
          era,
          method: "tools/list",
          headers: { origin: world.origin },
        });
        expect(response.status).toBe(401);
        expect(response.headers.get("access-control-allow-origin")).toBe(world.origin);
        expect(response.headers.get("access-control-expose-headers")).toContain("WWW-Authenticate");
      });
    });

    describe("steps 3 to 5, the token", () => {
      test("without one: 401 with the metadata and the baseline, and no error", async () => {
        const response = await send(url, { era, method: "tools/list" });
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toBe(
          `Bearer scope="notes:read", resource_metadata="${world.origin}/.well-known/oauth-protected-resource/mcp"`,
        );
      });

      test.each([
        ["Basic", async () => "Basic YTpi", 401],
        ["junk after the token", async (own: string) => `Bearer ${own} junk`, 401],
        ["a list", async (own: string) => `Bearer ${own}, Bearer x`, 400],
        ["no token", async () => "Bearer", 401],
        ["an unsigned one", async () => "Bearer a.b.c", 401],
      ] as const)("refuses %s", async (_name, header, status) => {
        const response = await send(url, {
          era,
          method: "tools/list",
          headers: { authorization: await header(await world.token(ada)) },
        });
        expect(response.status).toBe(status);
        expect(response.headers.get("www-authenticate")).toContain("resource_metadata=");
      });

      test("does not look for one in the query or in the body", async () => {
        const token = await world.token(ada);
        const params = { access_token: token };
        const response = await send(`${url}?access_token=${token}`, {
          era,
          method: "tools/list",
          params,
        });
        expect(response.status).toBe(401);
      });

      test.each([
        ["another audience", { resource: "https://other.example.test/mcp" }],
        ["an audience that begins alike", { resource: "http://127.0.0.1" }],
        ["an expired one", { expiresInSeconds: -60 }],
        ["another issuer", { issuer: "https://evil.example.test" }],
        ["another type", { type: "JWT" }],
      ] as const)("refuses %s with invalid_token", async (_name, facts) => {
        const response = await tool(await world.token(ada, facts), "list_notes");
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
        expect(response.headers.get("www-authenticate")).toContain("resource_metadata=");
      });

      test("takes one whose audience is a list that holds the resource", async () => {
        const token = await world.token(ada, { resource: ["https://other.example.test", url] });
        expect((await tool(token, "list_notes")).status).toBe(200);
      });

      test("takes a machine's token, and an API key of this app", async () => {
        const machine = await world.machineToken({ ...ada, subject: "robot" }, "notes:read");
        expect((await tool(machine, "list_notes")).status).toBe(200);
        const key = await world.apiKey(ada, ["notes:read"]);
        expect((await tool(key, "list_notes")).status).toBe(200);
      });
    });

    describe("step 7, an endpoint of one tenant", () => {
      test("takes a token of that tenant for that address", async () => {
        const resource = `${world.origin}/t/acme/mcp`;
        const token = await world.token(ada, { resource });
        const response = await send(resource, { era, method: "tools/list", token });
        expect(response.status).toBe(200);
      });

      test("refuses another tenant's token, whether or not the named tenant exists", async () => {
        const bodies: unknown[] = [];
        for (const tenant of ["birch", "no-such-tenant"]) {
          const resource = `${world.origin}/t/${tenant}/mcp`;
          const token = await world.token(ada, { resource });
          const response = await send(resource, { era, method: "tools/list", token });
          expect(response.status).toBe(401);
          expect(response.headers.get("www-authenticate")).toContain(
            `/.well-known/oauth-protected-resource/t/${tenant}/mcp`,
          );
          bodies.push(await response.json());
        }
        expect(bodies[0]).toEqual(bodies[1]);
      });

      test("refuses a token for the shared address, and the other way round", async () => {
        const shared = await world.token(ada);
        const own = `${world.origin}/t/acme/mcp`;
        expect((await send(own, { era, method: "tools/list", token: shared })).status).toBe(401);
        const narrow = await world.token(ada, { resource: own });
        expect((await tool(narrow, "list_notes")).status).toBe(401);
      });
    });

    describe("step 8, the body", () => {
      const post = async (body: string, headers: Record<string, string> = {}) =>
        fetch(url, {
          method: "POST",
          headers: {
            ...headersFor(era, "tools/list"),
            authorization: `Bearer ${await world.token(ada)}`,
            ...headers,
          },
          body,
        });

      test("asks for JSON", async () => {
        const body = JSON.stringify(message(era, "tools/list"));
        expect((await post(body, { "content-type": "text/plain" })).status).toBe(415);
      });

      test("of other than JSON is a parse error", async () => {
        expect((await post("{")).status).toBe(400);
      });

      test("over the limit is too large, and nothing of it runs", async () => {
        const params = call("add_note", { id: "big", text: "x".repeat(120_000) });
        const token = await world.token(ada);
        const response = await send(url, { era, method: "tools/call", params, token });
        expect(response.status).toBe(413);
        expect(textOf(await answerOf(await tool(token, "list_notes")))).not.toContain("big");
      });

      test("selects the tool, whatever the header says", async () => {
        const low = await world.token(ben);
        const response = await fetch(url, {
          method: "POST",
          headers: {
            ...headersFor(era, "tools/call", { name: "list_notes" }),
            authorization: `Bearer ${low}`,
          },
          body: JSON.stringify(
            message(era, "tools/call", call("add_note", { id: "sneaked", text: "x" })),
          ),
        });
        expect(JSON.stringify(await answerOf(response))).not.toContain("added");
      });
    });

    describe("step 9, what may be called", () => {
      test("runs a tool with the tenant of the token", async () => {
        const id = `mine-${era}`;
        await tool(await world.token(ada), "add_note", { id, text: "acme's" });
        expect(textOf(await answerOf(await tool(await world.token(ada), "list_notes")))).toContain(
          id,
        );
        expect(
          textOf(await answerOf(await tool(await world.token(dan), "list_notes"))),
        ).not.toContain(id);
      });

      test("a role that lacks the permission finds no tool, and no challenge", async () => {
        const token = await world.token(ben);
        const hidden = await tool(token, "add_note", { id: "x", text: "x" });
        const unknown = await tool(token, "add_nothing", { id: "x", text: "x" });
        expect(hidden.status).toBe(unknown.status);
        expect(hidden.headers.get("www-authenticate")).toBeNull();
        const text = async (response: Response) =>
          JSON.stringify((await answerOf(response)).error ?? null).replace(/add_\w+/, "TOOL");
        expect(await text(hidden)).toBe(await text(unknown));
        expect(world.audited.at(-1)).toMatchObject({
          type: "mcp.finished",
          outcome: "denied",
          reason: "permission",
          details: { name: "add_note" },
        });
      });

      test("a token that lacks the scope is told all that is needed, once", async () => {
        const token = await world.token(ada, { scope: "notes:read" });
        const response = await tool(token, "add_note", { id: "x", text: "x" });
        expect(response.status).toBe(403);
        const challenge = response.headers.get("www-authenticate") ?? "";
        expect(challenge).toContain('error="insufficient_scope"');
        expect(challenge).toContain('scope="notes:read notes:write"');
        expect(challenge).toContain("resource_metadata=");
        expect(challenge).toContain("error_description=");
      });

      test("an API key or machine that lacks it finds no tool", async () => {
        const key = await world.apiKey(ada, ["notes:read"]);
        const machine = await world.machineToken({ ...ada, subject: "robot" }, "notes:read");
        for (const token of [key, machine]) {
          const response = await tool(token, "add_note", { id: "x", text: "x" });
          expect(response.headers.get("www-authenticate")).toBeNull();
          expect((await answerOf(response)).error?.code).toBe(-32_602);
        }
      });

      test("a token without a tenant reaches tenantless tools only", async () => {
        const token = await world.token(eve);
        expect((await tool(token, "whoami")).status).toBe(200);
        const response = await tool(token, "list_notes");
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ code: "tenant_required" });
      });

      test("an argument that names another tenant is refused, and one that names its own is not", async () => {
        const token = await world.token(ada);
        const args = { id: "n", organization_id: "birch" };
        const foreign = await answerOf(await tool(token, "note_of", args));
        expect(foreign.error?.code).toBe(-32_602);
        expect(world.audited.at(-1)).toMatchObject({
          outcome: "denied",
          reason: "tenant_argument",
        });
        const own = await answerOf(
          await tool(token, "note_of", { ...args, organization_id: "acme" }),
        );
        expect(textOf(own)).toBe("none");
      });

      const names = async (token: string, method: string, key: string) => {
        const { result } = await answerOf(await send(url, { era, method, token }));
        const items = result?.[key];
        return Array.isArray(items) ? items.map((item: { name: string }) => item.name) : [];
      };

      test("lists show what the role may use, in the order of registration", async () => {
        const all = await names(await world.token(ada), "tools/list", "tools");
        const some = await names(await world.token(ben), "tools/list", "tools");
        expect(some).toEqual(all.filter((name) => !["add_note", "approve"].includes(name)));
        expect(await names(await world.token(eve), "tools/list", "tools")).toEqual(["whoami"]);
        const low = await world.token({ ...ada, subject: "low", role: "nobody" });
        expect(await names(low, "prompts/list", "prompts")).toEqual([]);
        expect(await names(low, "resources/list", "resources")).toEqual([]);
        expect(await names(low, "resources/templates/list", "resourceTemplates")).toEqual([]);
      });

      test("lists show what a client could step up to", async () => {
        const token = await world.token(ada, { scope: "notes:read" });
        expect(await names(token, "tools/list", "tools")).toContain("add_note");
      });

      test("a foreign resource is answered like an absent one", async () => {
        await world.put(dan, "secret", "birch's");
        const token = await world.token(ada);
        const read = async (uri: string) =>
          JSON.stringify(
            (
              await answerOf(
                await send(url, { era, method: "resources/read", params: { uri }, token }),
              )
            ).error,
          ).replaceAll(uri, "URI");
        const foreign = await read("notes://birch/secret");
        expect(foreign).toBe(await read("notes://birch/absent"));
        expect(foreign).toBe(await read("notes://acme/absent"));
        expect(foreign).toBe(await read("other://nowhere"));
      });

      test("completions ask for the permission, and see one tenant", async () => {
        await world.put(ada, "comet", "x");
        await world.put(dan, "birch-only", "x");
        const params = {
          ref: { type: "ref/prompt", name: "summarise" },
          argument: { name: "id", value: "" },
        };
        const complete = async (token: string) =>
          answerOf(await send(url, { era, method: "completion/complete", params, token }));
        const own = JSON.stringify(await complete(await world.token(ada)));
        expect(own).toContain("comet");
        expect(own).not.toContain("birch-only");
        const low = await world.token({ ...ada, subject: "low", role: "nobody" });
        expect((await complete(low)).error?.code).toBe(-32_602);
        const narrow = await world.token(ada, { scope: "other" });
        const response = await send(url, {
          era,
          method: "completion/complete",
          params,
          token: narrow,
        });
        expect(response.status).toBe(403);
      });

      test("prompts ask for the permission", async () => {
        const params = { name: "summarise", arguments: { id: "comet" } };
        const get = async (token: string) =>
          send(url, { era, method: "prompts/get", params, token });
        expect((await answerOf(await get(await world.token(ada)))).error).toBeUndefined();
        expect((await get(await world.token(ada, { scope: "" }))).status).toBe(403);
      });

      test("tasks of nobody are found by nobody", async () => {
        const response = await send(url, {
          era,
          method: "tasks/get",
          params: { taskId: "1" },
          token: await world.token(ada),
        });
        expect((await answerOf(response)).error).toBeDefined();
      });
    });

    describe("steps 10 and 11, the answer", () => {
      test("is private, and holds nothing of an exception but a reference", async () => {
        const response = await tool(await world.token(ada), "fail");
        expect(response.headers.get("cache-control")).toContain("no-store");
        expect(response.headers.get("vary")).toContain("Authorization");
        const text = textOf(await answerOf(response));
        const [, callId] = /^Internal error \(reference ([0-9a-f-]{36})\)$/.exec(text) ?? [];
        expect(callId).toBeDefined();
        const last = world.audited.at(-1);
        expect(last).toMatchObject({ outcome: "error", details: { callId, name: "fail" } });
        expect(JSON.stringify(world.logged)).not.toContain("hunter2");
      });

      test("each call is on record twice, without its arguments", async () => {
        const before = world.audited.length;
        await (
          await tool(await world.token(ada), "add_note", { id: "r", text: "argument" })
        ).text();
        const [attempt, outcome] = world.audited.slice(before);
        expect(attempt).toMatchObject({ type: "mcp.attempted", details: { name: "add_note" } });
        expect(outcome).toMatchObject({
          type: "mcp.finished",
          outcome: "ok",
          details: { name: "add_note", resourceId: "note:r", accepted: "mcp", clientId: "agent" },
        });
        expect(outcome?.details["callId"]).toBe(attempt?.details["callId"]);
        expect(JSON.stringify([attempt, outcome])).not.toContain("argument");
      });
    });
  });
});
