import { expect, test } from "vitest";
import { slugCandidates, toSlug } from "../../src/directory/slug.ts";

const id = "tnt_abcdefghijklmnopqrstuvwxyz234567";
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

test.each([
  ["acme", "acme"],
  ["ACME Corp.", "acme-corp"],
  ["Müller & Söhne", "muller-sohne"],
  ["--a--", "a"],
  ["../../admin", "admin"],
  ["日本", ""],
  ["", ""],
  ["a".repeat(80), "a".repeat(63)],
  [`${"a".repeat(62)} b`, "a".repeat(62)],
])("%j becomes %j", (text, slug) => {
  expect(toSlug(text)).toBe(slug);
});

test("a tenant gets the vendor's slug, or its name, then a suffix of its own, then its id", () => {
  expect(slugCandidates({ id, slug: "acme", name: "Other" })).toEqual([
    "acme",
    "acme-yz234567",
    "tnt-abcdefghijklmnopqrstuvwxyz234567",
  ]);
  expect(slugCandidates({ id, name: "Acme Corp" })[0]).toBe("acme-corp");
  expect(slugCandidates({ id, slug: "日本" })).toEqual(["tnt-abcdefghijklmnopqrstuvwxyz234567"]);
});

test("every candidate is a slug, however long the name", () => {
  for (const slug of slugCandidates({ id, slug: "a".repeat(100) })) expect(slug).toMatch(SLUG);
});
