import { describe, expect, test } from "vitest";
import { claimAt, isLeftOut, organizationAt, textAt, textsAt } from "../src/claims.ts";

const invalid = { ok: false, reason: "claim_invalid" };

describe("a claim path", () => {
  const claims = {
    "https://acme.example/claims.org:id": "a",
    realm_access: { roles: ["r"] },
    nothing: null,
    text: "t",
  };

  test("leads through names that are never split", () => {
    expect(claimAt(claims, ["https://acme.example/claims.org:id"])).toBe("a");
    expect(claimAt(claims, ["realm_access", "roles"])).toEqual(["r"]);
    expect(claimAt(claims, ["realm_access.roles"])).toBeUndefined();
  });

  test("finds nothing where a name is missing or null", () => {
    expect(claimAt(claims, ["missing"])).toBeUndefined();
    expect(claimAt(claims, ["nothing"])).toBeUndefined();
    expect(claimAt(claims, ["nothing", "more"])).toBeUndefined();
    expect(claimAt(claims, ["realm_access", "missing"])).toBeUndefined();
  });

  test("does not find what every object has", () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(claimAt(claims, [name])).toBeUndefined();
      expect(claimAt(claims, ["realm_access", name])).toBeUndefined();
    }
  });

  test("gives what no reader accepts when something on the way has no members", () => {
    expect(textsAt(claims, ["text", "more"])).toEqual(invalid);
    expect(textsAt(claims, ["realm_access", "roles", "0"])).toEqual(invalid);
    expect(organizationAt(claims, ["text", "more"])).toEqual(invalid);
  });
});

describe("shapes of claims", () => {
  test.each<[unknown, unknown]>([
    ["a", "a"],
    [undefined, undefined],
    [null, undefined],
    ["", invalid],
    [["a"], invalid],
    [7, invalid],
    [{}, invalid],
  ])("text %j", (value, expected) => {
    expect(textAt({ c: value }, ["c"])).toEqual(expected);
  });

  test.each<[unknown, unknown]>([
    ["a", ["a"]],
    ["a b", ["a b"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [[], []],
    [undefined, undefined],
    [null, undefined],
    ["", invalid],
    [["a", ""], invalid],
    [["a", 7], invalid],
    [[["a"]], invalid],
    [{ a: {} }, invalid],
    [true, invalid],
    [Array.from({ length: 1001 }, () => "a"), invalid],
  ])("texts %j", (value, expected) => {
    expect(textsAt({ c: value }, ["c"])).toEqual(expected);
  });

  const ambiguous = { ok: false, reason: "organization_ambiguous" };
  test.each<[unknown, unknown]>([
    ["a", "a"],
    [["a"], "a"],
    [{ a: {} }, "a"],
    [{ a: { id: "x" } }, "a"],
    [[], undefined],
    [{}, undefined],
    [undefined, undefined],
    [null, undefined],
    [["a", "b"], ambiguous],
    [["a", "a"], ambiguous],
    [{ a: {}, b: {} }, ambiguous],
    ["", invalid],
    [[""], invalid],
    [{ "": {} }, invalid],
    [7, invalid],
    [[7], invalid],
    [true, invalid],
  ])("organization %j", (value, expected) => {
    expect(organizationAt({ c: value }, ["c"])).toEqual(expected);
  });
});

describe("a list that was left out for its length", () => {
  test("is told by distributed claims and by the has-mark", () => {
    const groups = ["groups"];
    expect(isLeftOut({ _claim_names: { groups: "src1" } }, groups)).toBe(true);
    expect(isLeftOut({ hasgroups: true }, groups)).toBe(true);
    expect(isLeftOut({ hasgroups: "true" }, groups)).toBe(true);
    expect(isLeftOut({ hasgroups: false }, groups)).toBe(false);
    expect(isLeftOut({ _claim_names: { other: "src1" } }, groups)).toBe(false);
    expect(isLeftOut({ _claim_names: "groups" }, groups)).toBe(false);
    expect(isLeftOut({}, groups)).toBe(false);
    expect(isLeftOut({ hasgroups: true }, ["deep", "groups"])).toBe(false);
    expect(isLeftOut({}, [])).toBe(false);
  });
});
