import { createServer } from "node:http";
import { expect, test } from "vitest";
import { answerOf, send, textOf } from "./support/wire.ts";
import { ada, ben, createWorld, type Notes } from "./support/world.ts";

// #region example
import type { Auth, TenantScope } from "@tenantry/core";
import { createMcp } from "@tenantry/mcp";
import { z } from "zod";

type Permission = "notes:read" | "notes:write" | "admin:clients";

function createServerFor(
  auth: Auth<Permission>,
  notes: { add(tenant: TenantScope, text: string): void; all(tenant: TenantScope): string },
) {
  const mcp = createMcp({
    auth,
    resource: "https://api.example.com/mcp", // the audience that tokens must name
    serverInfo: { name: "notes", version: "1.0.0" },
    baselineScopes: ["notes:read"],
  });

  mcp.tool("list_notes", { permission: "notes:read" }, (_args, { tenant }) => ({
    content: [{ type: "text", text: notes.all(tenant) }],
  }));
  mcp.tool(
    "add_note",
    { permission: "notes:write", input: z.object({ text: z.string() }) },
    ({ text }, { tenant }) => {
      notes.add(tenant, text);
      return { content: [{ type: "text", text: "Added." }] };
    },
  );
  return mcp;
}
// #endregion example

// #region mounts
function serve(mcp: ReturnType<typeof createServerFor>) {
  // Hono: app.all("*", (c) => mcp.fetch(c.req.raw))
  // Express: app.use(mcp.node())
  // Fastify: app.all("/*", (request, reply) => {
  //   reply.hijack();
  //   mcp.node()(Object.assign(request.raw, { body: request.body }), reply.raw);
  // });
  return createServer(mcp.node());
}
// #endregion mounts

/** A data layer that takes scopes, over the one of the other tests. */
const layerOf = (notes: Notes) => ({
  add: (tenant: TenantScope, text: string) => notes.put(tenant, text, text),
  all: (tenant: TenantScope) => notes.list(tenant).join(),
});

test("the README's server adds and lists notes of the token's tenant", async () => {
  await using world = await createWorld();
  const mcp = createServerFor(world.auth, layerOf(world.notes));
  expect(serve(mcp).listening).toBe(false);
  const resource = "https://api.example.com/mcp";
  const call = async (who: typeof ada, name: string, args: object) => {
    const token = await world.token(who, { resource });
    const params = { name, arguments: args };
    // The same request as over the wire, handed over as a web-standard one.
    return answerOf(
      await send(resource, {
        era: "2026-07-28",
        method: "tools/call",
        params,
        token,
        carry: (request) => mcp.fetch(request),
      }),
    );
  };
  expect(textOf(await call(ada, "add_note", { text: "hello" }))).toBe("Added.");
  expect(textOf(await call(ben, "list_notes", {}))).toContain("hello");
  expect((await call(ben, "add_note", { text: "x" })).error?.code).toBe(-32_602);
});
