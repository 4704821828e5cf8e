import { expectTypeOf, test } from "vitest";
import type { AuthContext } from "../../src/context.ts";
import type { Catalogue, PermissionOf, RoleOf } from "../../src/permissions/catalogue.ts";
import { definePermissions } from "../../src/permissions/define-permissions.ts";
import type { PermissionSet } from "../../src/permissions/permission-set.ts";
import { notes } from "./notes-catalogue.ts";

const permissions = ["notes:read", "notes:write", "files:public:read"] as const;

test("permissions and roles are known by name", () => {
  type P = "notes:read" | "notes:write" | "members:read" | "members:manage";
  expectTypeOf<PermissionOf<typeof notes>>().toEqualTypeOf<P>();
  expectTypeOf<RoleOf<typeof notes>>().toEqualTypeOf<"admin" | "member" | "viewer" | "support">();
});

test("a misspelt permission does not compile in a role", () => {
  const role = definePermissions({
    permissions,
    roles: {
      // @ts-expect-error -- "raed"
      member: ["notes:raed"],
    },
  });
  expectTypeOf(role).toExtend<Catalogue>();
});

test("a misspelt wildcard does not compile", () => {
  const roles = {
    all: ["*"],
    resource: ["notes:*", "files:*"],
    action: ["*:read", "*:public:read"],
  } as const;
  const correct = definePermissions({ permissions, roles });
  expectTypeOf(correct).toExtend<Catalogue>();
  const resource = definePermissions({
    permissions,
    roles: {
      // @ts-expect-error -- "ntoes"
      resource: ["ntoes:*"],
    },
  });
  expectTypeOf(resource).toExtend<Catalogue>();
  const action = definePermissions({
    permissions,
    roles: {
      // @ts-expect-error -- "raed"
      action: ["*:raed"],
    },
  });
  expectTypeOf(action).toExtend<Catalogue>();
});

test("a misspelt role or permission does not compile in the claims", () => {
  const claims = definePermissions({
    permissions,
    roles: { member: ["notes:read"] },
    claims: {
      roles: {
        // @ts-expect-error -- "mebmer"
        "org:member": "mebmer",
        // @ts-expect-error -- "mebmer" in a list
        "org:both": ["member", "mebmer"],
      },
      permissions: {
        // @ts-expect-error -- "raed"
        "urn:read": "notes:raed",
        // @ts-expect-error -- "raed" in a list
        "urn:all": ["notes:read", "notes:raed"],
      },
    },
  });
  expectTypeOf(claims).toExtend<Catalogue>();
});

test("a misspelt permission does not compile where it is asked for", () => {
  const { permissions: set } = notes.effective({ roles: [], vendorPermissions: [], bound: [] });
  expectTypeOf(set).toEqualTypeOf<PermissionSet<PermissionOf<typeof notes>>>();
  set.has("notes:read");
  // @ts-expect-error -- "raed"
  set.has("notes:raed");
  // @ts-expect-error -- "raed"
  set.hasAll(["notes:read", "notes:raed"]);

  const handler = (context: AuthContext<PermissionOf<typeof notes>>) =>
    // @ts-expect-error -- "wirte"
    context.permissions.has("notes:wirte");
  expectTypeOf(handler).returns.toBeBoolean();
});

test("whether a credential is bounded has to be said", () => {
  const holding = { roles: [], vendorPermissions: [] };
  // @ts-expect-error -- without `bound`
  expectTypeOf(notes.effective(holding)).toBeObject();
});

test("a set of permissions cannot be added to", () => {
  const set = {} as PermissionSet<"notes:read">;
  // @ts-expect-error -- there is no add
  expectTypeOf(set.add).toBeAny();
});

test("any catalogue fits where the names do not matter", () => {
  expectTypeOf(notes).toExtend<Catalogue>();
});
