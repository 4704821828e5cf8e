import { Hono } from "hono";
import type { Auth } from "@tenantry/core";
import { honoAuth, type HonoAuthOptions } from "@tenantry/hono";
import { homePage } from "./home.ts";
import { createNotes, readText } from "./notes.ts";
import type { Permission, Role } from "./permissions.ts";

/** The whole app. It runs wherever Hono does: on Node, see `main.ts`, and in workers, see `worker.ts`. */
export function createApp(auth: Auth<Permission, Role>, options?: HonoAuthOptions<"auth">): Hono {
  const { authenticate, requirePermission, authRoutes, get } = honoAuth(auth, options);
  const notes = createNotes((value) => auth.isScope(value));
  const app = new Hono();

  app.all(`${auth.routes.path}/*`, authRoutes());
  app.get("/", authenticate({ accept: ["session"] }), (c) => c.html(homePage(get(c))));

  // Browsers send their session, programs a token or an API key. The tenant is the credential's.
  app.get("/api/notes", authenticate(), requirePermission("notes:read"), (c) => {
    const { tenant } = c.var.auth;
    return c.json({ tenant: tenant.slug, notes: notes.list(tenant.scope) });
  });
  app.post("/api/notes", authenticate(), requirePermission("notes:write"), async (c) => {
    const { tenant, principal } = c.var.auth;
    const text = readText(await c.req.json().catch(() => null));
    if (text === null) return c.json({ error: { message: 'Send {"text": "…"}.' } }, 400);
    notes.add(tenant.scope, { text, author: principal.name ?? principal.kind });
    return c.json({ tenant: tenant.slug, notes: notes.list(tenant.scope) }, 201);
  });

  // Where the path names a tenant too, the two have to agree.
  const byPath = authenticate({ tenantParam: "tenant" });
  app.get("/api/t/:tenant/notes", byPath, requirePermission("notes:read"), (c) => {
    const { tenant } = c.var.auth;
    return c.json({ tenant: tenant.slug, notes: notes.list(tenant.scope) });
  });

  // Only a person can answer for a key, so only a session makes one.
  const byPerson = authenticate({ accept: ["session"] });
  app.post("/api/keys", byPerson, requirePermission("notes:read"), async (c) => {
    const made = await auth.apiKeys.create(c.var.auth, {
      name: "script",
      permissions: ["notes:read"],
    });
    if (!made.ok) return c.json({ error: { message: made.reason } }, 403);
    return c.json({ key: made.value.key }, 201);
  });
  return app;
}
