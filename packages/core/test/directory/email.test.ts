import { describe, expect, test } from "vitest";
import {
  emailDomain,
  hasVerifiedDomain,
  normalizeDomain,
  normalizeEmail,
} from "../../src/directory/email.ts";

describe("row 32: an e-mail address", () => {
  test("is folded first, then its domain is lower case", () => {
    expect(normalizeEmail("Ada.Lovelace@ACME.Example")).toBe("Ada.Lovelace@acme.example");
    expect(normalizeEmail("ada@ａｃｍｅ.example")).toBe("ada@acme.example");
    expect(normalizeEmail("ada@acme\u2024example")).toBe("ada@acme.example"); // one dot leader
    expect(normalizeEmail("ada@\u212Anown.example")).toBe("ada@known.example"); // Kelvin sign
  });

  test.each([
    ["no @", "acme.example"],
    ["two @", "ada@evil.example@acme.example"],
    ["a second @ that only folding shows", "ada@evil.example\uFF20acme.example"],
    ["a small @ that only folding shows", "ada@evil.example\uFE6Bacme.example"],
    ["no local part", "@acme.example"],
    ["no domain", "ada@"],
    ["a domain of one label", "ada@localhost"],
    ["a space", "ada @acme.example"],
    ["a line break", "ada@acme.example\nbcc:eve@evil.example"],
    ["a trailing space", "ada@acme.example "],
    ["a null character", "ada\u0000@acme.example"],
    ["an invisible character", "ada@ac\u200Bme.example"],
    ["a domain that is not ASCII", "ada@аcme.example"], // Cyrillic a
    ["an empty label", "ada@acme..example"],
    ["a trailing dot", "ada@acme.example."],
    ["a label that begins with a hyphen", "ada@-acme.example"],
    ["an address literal", "ada@[127.0.0.1]"],
    ["too many characters", `${"a".repeat(250)}@acme.example`],
    ["nothing", ""],
  ])("with %s is none", (_, text) => {
    expect(normalizeEmail(text)).toBeNull();
    expect(emailDomain(text)).toBeNull();
  });

  test("keeps the case of its local part, which only its own server may fold", () => {
    expect(normalizeEmail("Ada@acme.example")).not.toBe(normalizeEmail("ada@acme.example"));
  });

  test("has one domain, ready for an exact comparison", () => {
    expect(emailDomain("ada@Acme.Example")).toBe("acme.example");
    expect(normalizeDomain("Acme.Example")).toBe("acme.example");
    expect(normalizeDomain("acme")).toBeNull();
    expect(normalizeDomain("a@acme.example")).toBeNull();
  });
});

describe("row 31: an address in a tenant's verified domain", () => {
  const verified = { domains: [{ name: "acme.example", verified: true }] };
  const person = (value: string, isVerified = true) => ({ email: { value, verified: isVerified } });

  test("proves that its person belongs there", () => {
    expect(hasVerifiedDomain(person("ada@acme.example"), verified)).toBe(true);
  });

  test("proves nothing while the address is not verified", () => {
    expect(hasVerifiedDomain(person("ada@acme.example", false), verified)).toBe(false);
    expect(hasVerifiedDomain({ email: null }, verified)).toBe(false);
  });

  test("proves nothing while the tenant has only claimed the domain", () => {
    const claimed = { domains: [{ name: "acme.example", verified: false }] };
    expect(hasVerifiedDomain(person("ada@acme.example"), claimed)).toBe(false);
  });

  test.each([
    "ada@evil-acme.example",
    "ada@sub.acme.example",
    "ada@acme.example.evil.example",
    "ada",
  ])("is not %s", (value) => {
    expect(hasVerifiedDomain(person(value), verified)).toBe(false);
  });
});
