import fastify, { type FastifyInstance } from "fastify";
import type { Auth, TenantContext } from "@tenantry/core";
import { fastifyAuth } from "@tenantry/fastify";
import { homePage } from "./home.ts";
import { createNotes, readText } from "./notes.ts";
import type { Permission, Role } from "./permissions.ts";

/** The whole app. */
export function createApp(auth: Auth<Permission, Role>): FastifyInstance {
  const { plugin, authenticate, requirePermission, authRoutes, get, tenantContext } =
    fastifyAuth(auth);
  const notes = createNotes((value) => auth.isScope(value));
  const app = fastify();

  app.register(authRoutes());
  const bySession = authenticate({ accept: ["session"] });
  app.get("/", { onRequest: bySession }, (request, reply) =>
    reply.type("text/html; charset=utf-8").send(homePage(get(request))),
  );

  const listOf = ({ slug, scope }: TenantContext) => ({ tenant: slug, notes: notes.list(scope) });

  // A scope for the API. Browsers send their session, programs a token or an API key.
  app.register(api, { prefix: "/api" });

  function api(scope: FastifyInstance, _options: unknown, done: () => void): void {
    scope.register(plugin());

    const mayRead = requirePermission("notes:read");
    scope.get("/notes", { onRequest: mayRead }, (request) => listOf(tenantContext(request).tenant));
    scope.post("/notes", { onRequest: requirePermission("notes:write") }, (request, reply) => {
      const { tenant, principal } = tenantContext(request);
      const text = readText(request.body);
      if (text === null) {
        return reply.code(400).send({ error: { message: 'Send {"text": "…"}.' } });
      }
      notes.add(tenant.scope, { text, author: principal.name ?? principal.kind });
      return reply.code(201).send(listOf(tenant));
    });

    // Where the path names a tenant too, the two have to agree.
    const byPath = [authenticate({ tenantParam: "tenant" }), mayRead];
    scope.get("/t/:tenant/notes", { onRequest: byPath }, (request) =>
      listOf(tenantContext(request).tenant),
    );
    done();
  }

  // Only a person can answer for a key, so only a session makes one. The page's form has no body.
  app.register((scope, _options, done) => {
    scope.addContentTypeParser("application/x-www-form-urlencoded", (_request, _body, parsed) =>
      parsed(null, null),
    );
    const hooks = [bySession, requirePermission("notes:read")];
    scope.post("/api/keys", { onRequest: hooks }, async (request, reply) => {
      const wanted = { name: "script", permissions: ["notes:read"] };
      const made = await auth.apiKeys.create(tenantContext(request), wanted);
      if (!made.ok) return reply.code(403).send({ error: { message: made.reason } });
      return reply.code(201).send({ key: made.value.key });
    });
    done();
  });
  return app;
}
