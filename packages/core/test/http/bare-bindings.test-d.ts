import type { IncomingMessage } from "node:http";
import { expectTypeOf, test } from "vitest";
import type { AuthContext, TenantAuthContext } from "../../src/context.ts";
import { fetchAuth, type FetchHandler } from "../../src/http/fetch-auth.ts";
import { nodeAuth, type NodeHandler } from "../../src/node/node-auth.ts";
import { houseOf } from "../fixtures/house.ts";

type Permission = "notes:read" | "notes:write";

const { auth } = await houseOf();
const web = fetchAuth(auth);
const node = nodeAuth(auth);

test("a permission of the catalogue compiles, any other does not", () => {
  for (const { requirePermission } of [web, node]) {
    expectTypeOf(requirePermission).toBeCallableWith("notes:read", "notes:write");
    // @ts-expect-error: misspelt
    requirePermission("notes:reed");
    // @ts-expect-error: asking for nothing would let everybody in
    requirePermission();
    const atRunTime: string = JSON.parse('"notes:read"');
    // @ts-expect-error: a text that is known at run time only
    requirePermission(atRunTime);
  }
});

test("the context knows the catalogue", () => {
  expectTypeOf(web.get).returns.toEqualTypeOf<AuthContext<Permission> | null>();
  expectTypeOf(web.get).parameter(0).toEqualTypeOf<Request>();
  expectTypeOf(node.get).returns.toEqualTypeOf<AuthContext<Permission> | null>();
  expectTypeOf(node.get).parameter(0).toEqualTypeOf<IncomingMessage>();
  expectTypeOf(web.tenantContext).returns.toEqualTypeOf<TenantAuthContext<Permission>>();
  expectTypeOf(node.tenantContext).returns.toEqualTypeOf<TenantAuthContext<Permission>>();
});

test("middleware takes a handler and gives one", () => {
  expectTypeOf(web.authenticate()).toEqualTypeOf<(next: FetchHandler) => FetchHandler>();
  expectTypeOf(node.requireTenant()).toEqualTypeOf<(next: NodeHandler) => NodeHandler>();
  // @ts-expect-error: a guard is no handler yet
  expectTypeOf(web.requireAuth()).toExtend<FetchHandler>();
  expectTypeOf(web.authRoutes()).toEqualTypeOf<FetchHandler>();
  expectTypeOf(node.authRoutes()).toEqualTypeOf<NodeHandler>();
});
