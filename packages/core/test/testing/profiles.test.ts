import { describe, expect, test } from "vitest";
import { profilesMatching } from "../../src/testing/profiles.ts";
import { profileOf } from "../tokens/kit.ts";

const has = (id: string, claim: string) =>
  profileOf({ id, matches: ({ claims }) => claims[claim] !== undefined });

describe("the profiles that claim a token", () => {
  test("are named, so that a test can see two of them", () => {
    const profiles = [has("access", "scope"), has("id", "nonce")];
    const header = { alg: "RS256" };
    expect(profilesMatching(profiles, { header, claims: { scope: "a" } })).toEqual(["access"]);
    expect(profilesMatching(profiles, { header, claims: { scope: "a", nonce: "n" } })).toEqual([
      "access",
      "id",
    ]);
    expect(profilesMatching(profiles, { header, claims: {} })).toEqual([]);
  });

  test("see only the header members that they declared, as at run time", () => {
    const byCategory = (headers: readonly string[]) =>
      profileOf({ headers, matches: ({ header }) => header["cat"] === "session" });
    const token = { header: { alg: "RS256", cat: "session" }, claims: {} };
    expect(profilesMatching([byCategory(["cat"])], token)).toEqual(["access"]);
    expect(profilesMatching([byCategory([])], token)).toEqual([]);
  });
});
