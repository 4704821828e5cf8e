import { Hono, type Context } from "hono";
import {
  createAuth,
  definePermissions,
  type Auth,
  type AuthContext,
  type TenantAuthContext,
  type TenantContext,
} from "@tenantry/core";
import { honoAuth } from "@tenantry/hono";
import { expectTypeOf, test } from "vitest";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"] },
});
type Permission = "notes:read" | "notes:write";

const auth = createAuth({
  baseUrl: "https://app.example.test",
  providers: [],
  permissions,
  secrets: [],
});
const { authenticate, requireAuth, requireTenant, requirePermission, get, tenantContext } =
  honoAuth(auth);

test("a permission of the catalogue compiles, any other does not", () => {
  expectTypeOf(requirePermission).toBeCallableWith("notes:read", "notes:write");
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

test("c.var.auth says what the guards in front of the handler have made sure of", () => {
  const app = new Hono();
  app.get("/open", authenticate(), (c) => {
    expectTypeOf(c.var.auth).toEqualTypeOf<AuthContext<Permission> | null>();
    // @ts-expect-error: nobody may be there
    return c.text(c.var.auth.principal.id);
  });
  app.get("/in", authenticate(), requireAuth(), (c) => {
    expectTypeOf(c.var.auth.principal.id).toEqualTypeOf<string>();
    // @ts-expect-error: a person may have no tenant
    return c.text(c.var.auth.tenant.slug);
  });
  app.get("/tenant", requireTenant(), (c) => {
    expectTypeOf(c.var.auth.tenant).toEqualTypeOf<TenantContext>();
    return c.text(c.var.auth.tenant.slug);
  });
  app.get("/t/:slug/notes", requirePermission("notes:read"), (c) => {
    expectTypeOf(c.req.param("slug")).toEqualTypeOf<string>();
    expectTypeOf(c.var.auth.tenant).toEqualTypeOf<TenantContext>();
    // @ts-expect-error: misspelt
    c.var.auth.permissions.has("notes:reed");
    return c.text("in");
  });
});

test("without a guard there is no c.var.auth", () => {
  new Hono().get("/", (c) => {
    // @ts-expect-error: nothing has set it
    expectTypeOf(c.var.auth);
    return c.text("open");
  });
});

test("the variables of the app and of two instances keep their types", () => {
  const admin = honoAuth(auth, { variable: "admin" });
  const app = new Hono<{ Variables: { requestId: string } }>();
  app.get("/", requireAuth(), admin.requireTenant(), (c) => {
    expectTypeOf(c.var.requestId).toEqualTypeOf<string>();
    expectTypeOf(c.var.auth.tenant).toEqualTypeOf<TenantContext | null>();
    expectTypeOf(c.var.admin.tenant).toEqualTypeOf<TenantContext>();
    return c.text("in");
  });
});

test("get knows the catalogue, and takes any context", () => {
  expectTypeOf(get).parameter(0).toEqualTypeOf<Context>();
  expectTypeOf(get).returns.toEqualTypeOf<AuthContext<Permission> | null>();
  expectTypeOf(tenantContext).parameter(0).toEqualTypeOf<Context>();
  expectTypeOf(tenantContext).returns.toEqualTypeOf<TenantAuthContext<Permission>>();
});

test("the router's parameter is the only way to name the tenant here", () => {
  expectTypeOf(authenticate).toBeCallableWith({ tenantParam: "slug" });
  // @ts-expect-error: a fixed tenant would hold for every request
  authenticate({ tenant: "acme" });
});

test("every auth instance can be bound", () => {
  expectTypeOf(honoAuth<string, string>)
    .parameter(0)
    .toEqualTypeOf<Auth>();
});
