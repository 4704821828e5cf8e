import { ada, ben, createTestAuth } from "@tenantry/binding-suite";
import { expect, test } from "vitest";
import { serve } from "./support/server.ts";

// #region example
import express from "express";
import type { Auth } from "@tenantry/core";
import { expressAuth } from "@tenantry/express";

function createApp(auth: Auth<"notes:read" | "notes:write">) {
  const { authenticate, requirePermission, authRoutes, tenantContext } = expressAuth(auth);
  const app = express();
  app.use(auth.routes.path, authRoutes()); // sign-in, sign-out, switch, …
  app.use(authenticate()); // finds out who asks and lets everybody through

  app.get("/notes", requirePermission("notes:read"), (req, res) => {
    res.json({ notesOf: tenantContext(req).tenant.slug });
  });
  app.post("/notes", requirePermission("notes:write"), (_req, res) => {
    res.sendStatus(201);
  });
  return app;
}
// #endregion example

test("the README's app serves who may, and refuses who may not", async () => {
  const { auth, bearer } = await createTestAuth();
  await using app = await serve(createApp(auth));
  const url = `${app.origin}/notes`;
  expect(await (await fetch(url, { headers: await bearer(ben) })).json()).toEqual({
    notesOf: "acme",
  });
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { method: "POST", headers: await bearer(ben) })).status).toBe(403);
  expect((await fetch(url, { method: "POST", headers: await bearer(ada) })).status).toBe(201);
});
