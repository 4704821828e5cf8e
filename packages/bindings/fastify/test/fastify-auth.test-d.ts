import fastify from "fastify";
import { createAuth, definePermissions, type Auth, type AuthContext } from "@tenantry/core";
import { fastifyAuth, type ContextOf, type FastifyHook } from "@tenantry/fastify";
import { expectTypeOf, test } from "vitest";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"] },
});
const adminPermissions = definePermissions({
  permissions: ["tenants:list"],
  roles: { operator: ["tenants:list"] },
});
type Permission = "notes:read" | "notes:write";

const options = { baseUrl: "https://app.example.test", providers: [], secrets: [] };
const guard = fastifyAuth(createAuth({ ...options, permissions }));
const admin = fastifyAuth(createAuth({ ...options, permissions: adminPermissions }));
const { authenticate, requirePermission, get, plugin } = guard;

// #region decorator
declare module "fastify" {
  interface FastifyRequest {
    readonly auth: ContextOf<typeof guard>;
    readonly admin: ContextOf<typeof admin>; // a second instance
  }
}
// #endregion decorator

test("a permission of the catalogue compiles, any other does not", () => {
  expectTypeOf(requirePermission("notes:read", "notes:write")).toEqualTypeOf<FastifyHook>();
  // @ts-expect-error: misspelt
  requirePermission("notes:reed");
  // @ts-expect-error: one of two is misspelt
  requirePermission("notes:read", "notes:rite");
  // @ts-expect-error: asking for nothing would let everybody in
  requirePermission();
  const atRunTime: string = JSON.parse('"notes:read"');
  // @ts-expect-error: a text that is known at run time only
  requirePermission(atRunTime);
});

test("hooks stand on routes of any type, in any phase before the handler", () => {
  const app = fastify();
  app.get<{ Params: { slug: string }; Reply: { readonly slug: string } }>(
    "/t/:slug/notes",
    {
      onRequest: [authenticate({ tenantParam: "slug" }), requirePermission("notes:read")],
      preValidation: guard.requireTenant(),
      preHandler: [guard.requireAuth()],
    },
    (request) => {
      expectTypeOf(request.params.slug).toEqualTypeOf<string>();
      expectTypeOf(get(request)).toEqualTypeOf<AuthContext<Permission> | null>();
      // @ts-expect-error: misspelt
      get(request)?.permissions.has("notes:reed");
      expectTypeOf(guard.tenantContext(request).tenant.slug).toEqualTypeOf<string>();
      // @ts-expect-error: misspelt
      guard.tenantContext(request).permissions.has("notes:reed");
      return { slug: request.params.slug };
    },
  );
  app.addHook("onRequest", authenticate());
  app.addHook("preHandler", guard.requireAuth());
  app.register(plugin({ decorator: "auth" }));
});

test("decorators of two instances have the types of their own catalogues", () => {
  fastify().get("/", (request) => {
    expectTypeOf(request.auth).toEqualTypeOf<AuthContext<Permission> | null>();
    expectTypeOf(request.admin).toEqualTypeOf<AuthContext<"tenants:list"> | null>();
    // @ts-expect-error: a permission of the other catalogue
    request.admin?.permissions.has("notes:read");
    // @ts-expect-error: nobody but the binding says who it is
    request.auth = null;
  });
});

test("the router's parameter is the only way to name the tenant here", () => {
  expectTypeOf(authenticate).toBeCallableWith({ tenantParam: "slug" });
  // @ts-expect-error: a fixed tenant would hold for every request
  authenticate({ tenant: "acme" });
  // @ts-expect-error: the same for a whole scope
  plugin({ tenant: "acme" });
});

test("every auth instance can be bound", () => {
  expectTypeOf(fastifyAuth<string, string>)
    .parameter(0)
    .toEqualTypeOf<Auth>();
});
