import { describe, expect, test } from "vitest";
import { definePermissions } from "../../src/permissions/define-permissions.ts";
import { PermissionSet } from "../../src/permissions/permission-set.ts";
import { notes } from "./notes-catalogue.ts";

const none = { roles: [], vendorPermissions: [], bound: undefined };

describe("effective permissions", () => {
  test("are what the roles grant and what the vendor attests", () => {
    const { permissions } = notes.effective({
      roles: ["viewer"],
      vendorPermissions: ["urn:write", "unknown:one"],
      bound: undefined,
    });
    expect([...permissions]).toEqual(["notes:read", "members:read", "notes:write"]);
  });

  test("are bounded by scopes, by name, wildcard or mapping", () => {
    const bounded = (bound: readonly string[]) => [
      ...notes.effective({ roles: ["admin"], vendorPermissions: [], bound }).permissions,
    ];
    expect(bounded(["notes:read", "openid", "profile"])).toEqual(["notes:read"]);
    expect(bounded(["notes:*"])).toEqual(["notes:read", "notes:write"]);
    expect(bounded(["urn:write"])).toEqual(["notes:write"]);
    expect(bounded(["*:read"])).toEqual(["notes:read", "members:read"]);
  });

  test("row 13: a scope adds nothing that the role does not have", () => {
    const { permissions } = notes.effective({
      roles: ["viewer"],
      vendorPermissions: [],
      bound: ["notes:write", "*"],
    });
    expect(permissions.has("notes:write")).toBe(false);
    expect(permissions.has("notes:read")).toBe(true);
  });

  test("also bound what the vendor attests", () => {
    const { permissions } = notes.effective({
      roles: [],
      vendorPermissions: ["notes:read", "notes:write"],
      bound: ["notes:read"],
    });
    expect([...permissions]).toEqual(["notes:read"]);
  });

  test("tell what only the scopes withhold", () => {
    const { withheldByScope } = notes.effective({
      roles: ["member"],
      vendorPermissions: [],
      bound: ["notes:read", "members:manage"],
    });
    expect([...withheldByScope]).toEqual(["notes:write"]);
    expect(notes.effective({ ...none, roles: ["member"] }).withheldByScope.size).toBe(0);
  });
});

/** Each dimension is either enough for `notes:read`, not enough, or absent. */
const roleCases = [
  { name: "granting role", roles: ["viewer"], grants: true },
  { name: "other role", roles: ["support"], grants: false },
  { name: "unknown role", roles: ["owner"], grants: false },
  { name: "no role", roles: [], grants: false },
];
const vendorCases = [
  { name: "attested", vendorPermissions: ["notes:read"], grants: true },
  { name: "another attested", vendorPermissions: ["members:manage"], grants: false },
  { name: "nothing attested", vendorPermissions: [], grants: false },
];
const boundCases = [
  { name: "unbounded", bound: undefined, allows: true },
  { name: "in scope", bound: ["notes:read"], allows: true },
  { name: "other scope", bound: ["members:manage"], allows: false },
  { name: "unknown scope", bound: ["email"], allows: false },
  { name: "no scope", bound: [], allows: false },
];
const table = roleCases.flatMap((role) =>
  vendorCases.flatMap((vendor) =>
    boundCases.map((scope) => ({
      roles: role.roles,
      vendorPermissions: vendor.vendorPermissions,
      bound: scope.bound,
      title: `${role.name}, ${vendor.name}, ${scope.name}`,
      held: role.grants || vendor.grants,
      allowed: (role.grants || vendor.grants) && scope.allows,
    })),
  ),
);

describe("row 24: absent data denies", () => {
  test.each(table)("$title: allowed is $allowed", ({ allowed, held, ...holding }) => {
    const { permissions, withheldByScope } = notes.effective(holding);
    expect(permissions.has("notes:read")).toBe(allowed);
    expect(withheldByScope.has("notes:read")).toBe(held && !allowed);
  });

  test("an empty bound leaves nothing, a missing one leaves all", () => {
    const admin = { roles: ["admin"], vendorPermissions: [] };
    expect(notes.effective({ ...admin, bound: [] }).permissions.size).toBe(0);
    expect(notes.effective({ ...admin, bound: undefined }).permissions.size).toBe(4);
  });
});

describe("interning", () => {
  test("gives equal holdings, in whatever order, the same answer", () => {
    const first = notes.effective({
      roles: ["member", "viewer"],
      vendorPermissions: [],
      bound: ["a", "b"],
    });
    const second = notes.effective({
      roles: ["viewer", "member"],
      vendorPermissions: [],
      bound: ["b", "a"],
    });
    expect(second).toBe(first);
  });

  test.each([
    [
      { roles: ["viewer"], vendorPermissions: [], bound: undefined },
      { roles: [], vendorPermissions: ["viewer"], bound: undefined },
    ],
    [
      { roles: ["viewer"], vendorPermissions: [], bound: undefined },
      { roles: ["viewer"], vendorPermissions: [], bound: [] },
    ],
    [
      { roles: ["viewer"], vendorPermissions: ["notes:write"], bound: undefined },
      { roles: ["viewer"], vendorPermissions: [], bound: ["notes:write"] },
    ],
    [
      { roles: ["viewer", "member"], vendorPermissions: [], bound: undefined },
      { roles: ["viewer,member"], vendorPermissions: [], bound: undefined },
    ],
    [
      { roles: ['viewer","member'], vendorPermissions: [], bound: undefined },
      { roles: ["viewer", "member"], vendorPermissions: [], bound: undefined },
    ],
  ])("row 46: never mistakes one holding for another: %j and %j", (one, other) => {
    const fresh = definePermissions({
      permissions: ["notes:read", "notes:write"],
      roles: { viewer: ["notes:read"], member: ["notes:write"] },
    });
    const answers = [fresh.effective(one), fresh.effective(other)];
    expect([...(answers[0]?.permissions ?? [])]).not.toEqual([...(answers[1]?.permissions ?? [])]);
    // And the other way round, when the other one came first.
    expect(fresh.effective(other)).toBe(answers[1]);
    expect(fresh.effective(one)).toBe(answers[0]);
  });

  test("stays bounded, however many holdings there are", () => {
    const first = notes.effective({ ...none, bound: ["first"] });
    for (let i = 0; i < 1100; i += 1) notes.effective({ ...none, bound: [`scope-${i}`] });
    expect(notes.effective({ ...none, bound: ["first"] })).not.toBe(first);
  });

  test("keeps two catalogues apart", () => {
    const other = definePermissions({ permissions: ["notes:read"], roles: { viewer: [] } });
    notes.effective({ ...none, roles: ["viewer"] });
    expect(other.effective({ ...none, roles: ["viewer"] }).permissions.size).toBe(0);
  });

  test("hands out answers that nobody can change", () => {
    const answer = notes.effective({ ...none, roles: ["viewer"] });
    expect(Object.isFrozen(answer)).toBe(true);
    expect(Object.isFrozen(answer.permissions)).toBe(true);
  });
});

describe("a permission set", () => {
  const set = new PermissionSet(["notes:read", "notes:write"]);

  test("answers for one and for all", () => {
    expect(set.has("notes:read")).toBe(true);
    expect(set.hasAll(["notes:read", "notes:write"])).toBe(true);
    expect(set.hasAll(["notes:read", "members:read" as "notes:read"])).toBe(false);
    expect(set.has("__proto__" as "notes:read")).toBe(false);
  });

  test("row 24: says no to an empty question", () => {
    expect(set.hasAll([])).toBe(false);
  });

  test("shows its names and has no way to add one", () => {
    expect(set.size).toBe(2);
    expect(JSON.stringify(set)).toBe('["notes:read","notes:write"]');
    expect([...set]).toEqual(["notes:read", "notes:write"]);
    expect("add" in set).toBe(false);
    expect(() => Object.assign(set, { has: () => true })).toThrow(TypeError);
  });

  test("does not follow the list it was made from", () => {
    const names = ["notes:read"];
    const made = new PermissionSet(names);
    names.push("notes:write");
    expect(made.has("notes:write")).toBe(false);
  });
});
