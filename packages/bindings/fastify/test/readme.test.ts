import { ada, ben, createTestAuth } from "@tenantry/binding-suite";
import { expect, test } from "vitest";

// #region example
import fastify from "fastify";
import type { Auth } from "@tenantry/core";
import { fastifyAuth } from "@tenantry/fastify";

function createApp(auth: Auth<"notes:read" | "notes:write">) {
  const { plugin, requirePermission, authRoutes, tenantContext } = fastifyAuth(auth);
  const app = fastify();
  app.register(authRoutes()); // sign-in, sign-out, switch, … at auth.routes.path
  app.register(plugin()); // finds out who asks and lets everybody through

  app.get("/notes", { onRequest: requirePermission("notes:read") }, async (request) => ({
    notesOf: tenantContext(request).tenant.slug,
  }));
  app.post("/notes", { onRequest: requirePermission("notes:write") }, (_request, reply) =>
    reply.code(201).send(),
  );
  return app;
}
// #endregion example

test("the README's app serves who may, and refuses who may not", async () => {
  const { auth, bearer } = await createTestAuth();
  await using app = createApp(auth);
  const read = await app.inject({ url: "/notes", headers: await bearer(ben) });
  expect(read.json()).toEqual({ notesOf: "acme" });
  expect((await app.inject("/notes")).statusCode).toBe(401);
  const write = async (who: typeof ada) =>
    (await app.inject({ method: "POST", url: "/notes", headers: await bearer(who) })).statusCode;
  expect(await write(ben)).toBe(403);
  expect(await write(ada)).toBe(201);
});
