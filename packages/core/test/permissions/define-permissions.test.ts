import { describe, expect, test } from "vitest";
import { definePermissions } from "../../src/permissions/define-permissions.ts";
import { notes } from "./notes-catalogue.ts";

const permissions = ["notes:read", "notes:write"] as const;

describe("a catalogue", () => {
  test("knows its permissions and roles, and no others", () => {
    expect(notes.permissions).toEqual([
      "notes:read",
      "notes:write",
      "members:read",
      "members:manage",
    ]);
    expect(notes.roles).toEqual(["admin", "member", "viewer", "support"]);
    expect(notes.isPermission("notes:read")).toBe(true);
    expect(notes.isPermission("notes:*")).toBe(false);
    expect(notes.isRole("admin")).toBe(true);
    for (const name of ["constructor", "__proto__", "toString", "", "ADMIN"]) {
      expect(notes.isRole(name)).toBe(false);
      expect(notes.isPermission(name)).toBe(false);
    }
  });

  test("cannot be changed afterwards", () => {
    expect(Object.isFrozen(notes)).toBe(true);
    expect(Object.isFrozen(notes.permissions)).toBe(true);
    expect(Object.isFrozen(notes.roles)).toBe(true);
  });

  test("expands wildcards once, against its own permissions", () => {
    expect(notes.grants(["admin"])).toEqual(notes.permissions);
    expect(notes.grants(["member"])).toEqual(["notes:read", "notes:write"]);
    expect(notes.grants(["viewer"])).toEqual(["notes:read", "members:read"]);
    expect(notes.grants(["support"])).toEqual([]);
  });

  test("takes the first part of a longer permission as its resource and the rest as its action", () => {
    const deep = definePermissions({
      permissions: ["files:read", "files:public:read", "filesystem:read"],
      roles: { resource: ["files:*"], action: ["*:read"], rest: ["*:public:read"] },
    });
    expect(deep.grants(["resource"])).toEqual(["files:read", "files:public:read"]);
    expect(deep.grants(["action"])).toEqual(["files:read", "filesystem:read"]);
    expect(deep.grants(["rest"])).toEqual(["files:public:read"]);
  });

  test("grants nothing for a role it does not know", () => {
    expect(notes.grants(["owner", "__proto__", "ADMIN", ""])).toEqual([]);
  });
});

describe("a definition", () => {
  test.each([
    ["a permission in upper case", ["Notes:read"]],
    ["a permission of one part", ["notes"]],
    ["a wildcard as a permission", ["notes:*"]],
    ["an empty permission", [""]],
    ["a permission that is no text", [7]],
    ["a permission twice", ["notes:read", "notes:read"]],
  ])("refuses %s", (_, names) => {
    expect(() => definePermissions({ permissions: names as string[], roles: {} })).toThrow(
      TypeError,
    );
  });

  test.each([
    ["a misspelt permission", { member: ["notes:raed"] }],
    ["a wildcard that matches nothing", { member: ["ntoes:*"] }],
    ["a wildcard for an action that matches nothing", { member: ["*:raed"] }],
    ["a star inside a part", { member: ["notes:r*"] }],
    ["a role in upper case", { Member: ["notes:read"] }],
    ["a role with a colon", { "org:member": ["notes:read"] }],
  ])("refuses %s among the roles", (_, roles) => {
    const untyped = roles as unknown as Record<string, "notes:read"[]>;
    expect(() => definePermissions({ permissions, roles: untyped })).toThrow(TypeError);
  });

  test("refuses claims that name unknown roles or permissions", () => {
    const roles = { member: ["notes:read"] } as const;
    const unknownRole = { roles: { "org:admin": "admin" as "member" } };
    const unknownPermission = { permissions: { "urn:x": ["notes:raed" as "notes:read"] } };
    expect(() => definePermissions({ permissions, roles, claims: unknownRole })).toThrow(
      'claims.roles.org:admin: "admin" is unknown.',
    );
    expect(() => definePermissions({ permissions, roles, claims: unknownPermission })).toThrow(
      'claims.permissions.urn:x: "notes:raed" is unknown.',
    );
  });

  test("refuses to give a permission of the catalogue another meaning", () => {
    const claims = { permissions: { "notes:read": "notes:write" } } as const;
    expect(() => definePermissions({ permissions, roles: {}, claims })).toThrow(
      '"notes:read" is a permission and means itself',
    );
  });
});

describe("a vendor's roles", () => {
  test("stand for the app roles they are mapped to", () => {
    expect(notes.rolesOf(["org:admin", "both"])).toEqual({
      roles: ["admin", "member", "viewer"],
      unknown: [],
    });
  });

  test("stand for the app role of the same name without a mapping", () => {
    expect(notes.rolesOf(["member"]).roles).toEqual(["member"]);
  });

  test("stand for nothing when the mapping says so, whatever their name", () => {
    expect(notes.rolesOf(["viewer"])).toEqual({ roles: [], unknown: [] });
  });

  test("are read anew from a list that may have changed", () => {
    const list = ["member"];
    expect(notes.rolesOf(list).roles).toEqual(["member"]);
    list[0] = "nobody";
    expect(notes.rolesOf(list)).toEqual({ roles: [], unknown: ["nobody"] });
  });

  test("are read once from a list that cannot change, into one that cannot either", () => {
    const list = Object.freeze(["member"]);
    const read = notes.rolesOf(list);
    expect(notes.rolesOf(list)).toBe(read);
    expect(Object.isFrozen(read.roles)).toBe(true);
    expect(Object.isFrozen(read.unknown)).toBe(true);
  });

  test("that are unknown grant nothing and are returned", () => {
    const strange = ["owner", "Member", "member ", "*", "__proto__", "constructor"];
    expect(notes.rolesOf(strange)).toEqual({ roles: [], unknown: strange });
  });
});

describe("a vendor's permissions", () => {
  test("stand for their mapping, themselves, or what a wildcard matches", () => {
    const { permissions: known } = notes.permissionsOf(["urn:write", "members:read", "notes:*"]);
    expect(known).toEqual(["notes:write", "members:read", "notes:read"]);
    expect(notes.permissionsOf(["*"]).permissions).toEqual(notes.permissions);
    expect(notes.permissionsOf(["*:manage"]).permissions).toEqual(["members:manage"]);
  });

  test("that are unknown grant nothing and are returned", () => {
    const strange = ["billing:*", "*:delete", "notes", "**", "notes:read:*", "NOTES:READ", ""];
    expect(notes.permissionsOf(strange)).toEqual({ permissions: [], unknown: strange });
  });
});

describe("capping roles", () => {
  test("keeps a role that the newer state has too", () => {
    expect(notes.cap(["member", "admin"], ["member"])).toEqual(["member"]);
  });

  test("keeps a role that grants no more than the newer state", () => {
    expect(notes.cap(["member"], ["admin"])).toEqual(["member"]);
    expect(notes.cap(["viewer"], ["member"])).toEqual([]);
  });

  test("drops a role without grants unless the newer state has it", () => {
    expect(notes.cap(["support"], ["admin"])).toEqual([]);
    expect(notes.cap(["support"], ["admin", "support"])).toEqual(["support"]);
    expect(notes.cap(["unknown"], ["admin"])).toEqual([]);
  });

  test("keeps nothing when the newer state has nothing", () => {
    expect(notes.cap(["admin", "member", "support"], [])).toEqual([]);
  });
});
