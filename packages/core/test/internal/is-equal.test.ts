import { describe, expect, test } from "vitest";
import { isEqual } from "../../src/internal/is-equal.ts";

describe("what holds the same is equal", () => {
  test.each([
    [1, 1],
    [NaN, NaN],
    [undefined, undefined],
    [[], []],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [
      { a: { b: [1] }, c: null },
      { c: null, a: { b: [1] } },
    ],
  ])("%j and %j", (one, other) => {
    expect(isEqual(one, other)).toBe(true);
  });
});

describe("what differs is not", () => {
  test.each([
    ["a text and a number", "1", 1],
    ["null and a record", null, {}],
    ["null and undefined", null, undefined],
    ["a list and a record", ["a"], { 0: "a" }],
    ["an order", ["a", "b"], ["b", "a"]],
    ["one more at the end", ["a"], ["a", "b"]],
    ["a missing member and an undefined one", { a: 1 }, { a: 1, b: undefined }],
    ["one name instead of another", { a: undefined }, { b: undefined }],
    ["something deep within", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
    ["a member that every object inherits", { toString: undefined }, { a: undefined }],
  ])("%s", (_, one, other) => {
    expect(isEqual(one, other)).toBe(false);
    expect(isEqual(other, one)).toBe(false);
  });
});
