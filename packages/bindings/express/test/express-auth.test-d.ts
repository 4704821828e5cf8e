import express from "express";
import { createAuth, definePermissions, type AuthContext, type Auth } from "@tenantry/core";
import { expressAuth, type ExpressHandler } from "@tenantry/express";
import { expectTypeOf, test } from "vitest";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"] },
});

const auth = createAuth({
  baseUrl: "https://app.example.test",
  providers: [],
  permissions,
  secrets: [],
});
const { authenticate, requirePermission, get, tenantContext } = expressAuth(auth);

test("a permission of the catalogue compiles, any other does not", () => {
  expectTypeOf(requirePermission("notes:read", "notes:write")).toEqualTypeOf<ExpressHandler>();
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

test("the context knows the catalogue", () => {
  const app = express();
  app.get("/t/:slug/notes", authenticate({ tenantParam: "slug" }), (req, res) => {
    expectTypeOf(req.params.slug).toEqualTypeOf<string>();
    const context = get(req);
    expectTypeOf(context).toEqualTypeOf<AuthContext<"notes:read" | "notes:write"> | null>();
    // @ts-expect-error: misspelt
    context?.permissions.has("notes:reed");
    // @ts-expect-error: nobody may be there
    res.send(context.tenant);
    res.send(tenantContext(req).tenant.slug);
    // @ts-expect-error: misspelt
    tenantContext(req).permissions.has("notes:reed");
    res.end();
  });
});

test("the router's parameter is the only way to name the tenant here", () => {
  expectTypeOf(authenticate({ tenantParam: "slug" })).toEqualTypeOf<ExpressHandler>();
  // @ts-expect-error: a fixed tenant would hold for every request
  authenticate({ tenant: "acme" });
});

test("every auth instance can be bound", () => {
  expectTypeOf(expressAuth<string, string>)
    .parameter(0)
    .toEqualTypeOf<Auth>();
});
