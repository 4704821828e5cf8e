import { describe, expectTypeOf, test } from "vitest";
import type { Auth, SystemContext } from "../src/auth.ts";
import type { AuthContext } from "../src/context.ts";
import { createAuth } from "../src/create-auth.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import type { AuthRequest } from "../src/request/request.ts";
import type { TenantScope } from "../src/tenancy/scope.ts";

type P = "notes:read" | "notes:write";
type R = "viewer" | "editor";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:*"] },
});
const rest = { baseUrl: "https://app.example.test", providers: [], secrets: [] };
const auth = createAuth({ ...rest, permissions });
const other = createAuth({
  ...rest,
  permissions: definePermissions({ permissions: ["bills:read"], roles: { clerk: ["bills:*"] } }),
});
declare const request: AuthRequest;

describe("an auth instance", () => {
  test("knows the permissions and roles of its catalogue", () => {
    expectTypeOf(auth).toEqualTypeOf<Auth<P, R>>();
  });

  test("gives contexts that know them", () => {
    expectTypeOf(async () => {
      const outcome = await auth.authenticate(request);
      if (outcome.kind !== "authenticated") return;
      expectTypeOf(outcome.context).toEqualTypeOf<AuthContext<P>>();
      outcome.context.permissions.has("notes:read");
      // @ts-expect-error: misspelt
      outcome.context.permissions.has("notes:reed");
      // @ts-expect-error: one of two is misspelt
      outcome.context.permissions.hasAll(["notes:read", "notes:rite"]);
    }).toBeFunction();
  });

  test("guards with permissions that exist", () => {
    expectTypeOf(async () => {
      const outcome = await auth.authenticate(request);
      auth.http.guard(outcome, { kind: "permission", permissions: ["notes:read"] });
      // @ts-expect-error: misspelt
      auth.http.guard(outcome, { kind: "permission", permissions: ["notes:reed"] });
      // @ts-expect-error: another instance's permission
      auth.http.guard(outcome, { kind: "permission", permissions: ["bills:read"] });
      // @ts-expect-error: another instance's outcome
      auth.http.guard(await other.authenticate(request), { kind: "auth" });
    }).toBeFunction();
  });

  test("gives a worker a role that exists, and its permissions", () => {
    const work = { tenant: "acme", actor: "nightly", reason: "report" } as const;
    expectTypeOf(async () => {
      expectTypeOf(await auth.system({ ...work, role: "viewer" })).toEqualTypeOf<
        SystemContext<P>
      >();
      // @ts-expect-error: misspelt
      await auth.system({ ...work, role: "veiwer" });
      // @ts-expect-error: another instance's role
      await auth.system({ ...work, role: "clerk" });
    }).toBeFunction();
  });

  test("takes contexts of its own kind for what administrators do", () => {
    expectTypeOf(async (own: AuthContext<P>, foreign: AuthContext<"bills:read">) => {
      await auth.connections.remove(own, "id");
      // @ts-expect-error: another instance's context
      await auth.connections.remove(foreign, "id");
    }).toBeFunction();
  });
});

describe("its options", () => {
  test("name permissions and roles of the catalogue", () => {
    const roles = { internalTenant: "us", role: "editor", grants: "viewer" } as const;
    expectTypeOf(() => [
      createAuth({ ...rest, permissions, crossTenant: roles, connectionPermission: "notes:write" }),
      // @ts-expect-error: misspelt
      createAuth({ ...rest, permissions, connectionPermission: "notes:rite" }),
      // @ts-expect-error: misspelt
      createAuth({ ...rest, permissions, crossTenant: { ...roles, role: "editer" } }),
      // @ts-expect-error: misspelt
      createAuth({ ...rest, permissions, crossTenant: { ...roles, grants: "veiwer" } }),
    ]).toBeFunction();
  });
});

describe("a tenant's scope", () => {
  const readNotes = (_scope: TenantScope) => [];

  test("comes from a context", () => {
    expectTypeOf((context: AuthContext<P>) => {
      if (context.tenant !== null) readNotes(context.tenant.scope);
      // @ts-expect-error: a context may be in no tenant
      readNotes(context.tenant.scope);
    }).toBeFunction();
  });

  test("is no text of a request, and nothing that looks like one", () => {
    expectTypeOf(() => {
      // @ts-expect-error: a text
      readNotes("tnt_acme");
      // @ts-expect-error: hand-made
      readNotes({ tenantId: "tnt_acme", placement: null });
    }).toBeFunction();
  });
});
