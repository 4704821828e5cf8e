import { ada, ben, createTestAuth } from "@tenantry/binding-suite";
import { expect, test } from "vitest";

// #region example
import { Hono } from "hono";
import type { Auth } from "@tenantry/core";
import { honoAuth } from "@tenantry/hono";

function createApp(auth: Auth<"notes:read" | "notes:write">) {
  const { authenticate, requirePermission, authRoutes } = honoAuth(auth);
  const app = new Hono();
  app.all(`${auth.routes.path}/*`, authRoutes()); // sign-in, sign-out, switch, …
  app.use(authenticate()); // finds out who asks and lets everybody through

  app.get("/notes", requirePermission("notes:read"), (c) =>
    c.json({ notesOf: c.var.auth.tenant.slug }),
  );
  app.post("/notes", requirePermission("notes:write"), (c) => c.body(null, 201));
  return app;
}
// #endregion example

test("the README's app serves who may, and refuses who may not", async () => {
  const { auth, bearer } = await createTestAuth();
  const app = createApp(auth);
  const read = await app.request("/notes", { headers: await bearer(ben) });
  expect(await read.json()).toEqual({ notesOf: "acme" });
  expect((await app.request("/notes")).status).toBe(401);
  const write = async (who: typeof ada) =>
    (await app.request("/notes", { method: "POST", headers: await bearer(who) })).status;
  expect(await write(ben)).toBe(403);
  expect(await write(ada)).toBe(201);
});
