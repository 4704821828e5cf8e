import { expect, test } from "vitest";
import { mergeVary } from "../../src/http/vary.ts";

test.each([
  [null, "Cookie, Accept", "Cookie, Accept"],
  ["", "Cookie", "Cookie"],
  ["Origin", "Cookie", "Origin, Cookie"],
  ["cookie,  ,Accept-Encoding", "Cookie, Accept", "cookie, Accept-Encoding, Accept"],
  ["*", "Cookie", "*"],
  ["Origin", "*", "*"],
])("what varied by %j, and now by %j, varies by %j", (present, added, merged) => {
  expect(mergeVary(present, added)).toBe(merged);
});
