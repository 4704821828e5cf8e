import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkIdentity, readIdentity } from "../../src/tokens/identity.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import { scopesFromString } from "../../src/tokens/scopes.ts";

const FULL: Identity = {
  issuer: "https://issuer.example",
  subject: "user_1",
  subjectScope: "global",
  kind: "user",
  tenant: { external: "org_1", slug: "acme", name: "Acme" },
  roles: ["admin"],
  permissions: ["notes:read"],
  scopes: ["notes:read"],
  sessionId: "s1",
  clientId: "c1",
  name: "Ann",
  email: { value: "ann@acme.example", verified: true },
  authentication: { method: "sso", atMs: 1, mfa: true },
  actors: [{ kind: "impersonator", id: "sup_1" }],
  issuedAtSeconds: 1,
  expiresAtSeconds: 2,
};

describe("an identity that an adapter read", () => {
  test("is copied and frozen throughout", () => {
    const checked = checkIdentity(FULL);
    if (!checked.ok) throw new Error(checked.reason);
    const copy = checked.value;
    expect(copy).toEqual(FULL);
    for (const part of [
      copy,
      copy.tenant,
      copy.roles,
      copy.permissions,
      copy.scopes,
      copy.email,
      copy.authentication,
      copy.actors,
      copy.actors[0],
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(copy.roles).not.toBe(FULL.roles);
  });

  test("may be a refusal that says when to ask again", () => {
    const refusal = { ok: false, reason: "provider_unavailable" };
    expect(readIdentity({ ...refusal, retryAfterSeconds: 7 })).toEqual({
      ...refusal,
      retryAfterSeconds: 7,
    });
    for (const retryAfterSeconds of [-1, Number.NaN, "7"]) {
      expect(readIdentity({ ...refusal, retryAfterSeconds })).toEqual(refusal);
    }
  });

  test("loses what is not part of an identity, such as a token", () => {
    const checked = checkIdentity({
      ...FULL,
      accessToken: "eyJ",
      tenant: { external: "org_1", token: "eyJ" },
    });
    expect(JSON.stringify(checked)).not.toContain("eyJ");
  });

  test("may know little: what is missing stays missing", () => {
    const { issuer, subject, subjectScope, kind, issuedAtSeconds, expiresAtSeconds } = FULL;
    const little = {
      issuer,
      subject,
      subjectScope,
      kind,
      issuedAtSeconds,
      expiresAtSeconds,
      tenant: null,
      authentication: { method: "unknown" },
      actors: [],
    };
    expect(checkIdentity(little)).toEqual({ ok: true, value: little });
    expect(checkIdentity({ ...little, tenant: { local: "tnt_1" } })).toMatchObject({ ok: true });
  });

  test.each<[string, unknown]>([
    ["issuer", ""],
    ["issuer", undefined],
    ["subject", ""],
    ["subject", ["user_1"]],
    ["subject", null],
    ["subjectScope", "galaxy"],
    ["kind", "robot"],
    ["tenant", undefined],
    ["tenant", "org_1"],
    ["tenant", ["org_1"]],
    ["tenant", {}],
    ["tenant", { external: "" }],
    ["tenant", { external: ["org_1"] }],
    ["tenant", { external: "org_1", local: "tnt_1" }],
    ["tenant", { local: "" }],
    ["tenant", { external: "org_1", slug: 7 }],
    ["tenant", { external: "org_1", name: {} }],
    ["roles", "admin"],
    ["roles", [7]],
    ["roles", null],
    ["permissions", { 0: "notes:read" }],
    ["permissions", [["notes:read"]]],
    ["scopes", "notes:read"],
    ["scopes", [null]],
    ["sessionId", ""],
    ["sessionId", 7],
    ["clientId", ["c1"]],
    ["name", {}],
    ["email", "ann@acme.example"],
    ["email", { value: "ann@acme.example" }],
    ["email", { value: "ann@acme.example", verified: "true" }],
    ["email", { value: ["ann@acme.example"], verified: true }],
    ["authentication", undefined],
    ["authentication", { method: "telepathy" }],
    ["authentication", { method: "constructor" }],
    ["authentication", { method: "sso", atMs: "1" }],
    ["authentication", { method: "sso", mfa: "yes" }],
    ["actors", undefined],
    ["actors", {}],
    ["actors", [null]],
    ["actors", [{ kind: "ghost", id: "x" }]],
    ["actors", [{ kind: "client", id: "" }]],
    ["issuedAtSeconds", Number.NaN],
    ["issuedAtSeconds", "1"],
    ["expiresAtSeconds", Number.POSITIVE_INFINITY],
    ["expiresAtSeconds", undefined],
  ])("is refused when its %s is %j", (name, value) => {
    expect(checkIdentity({ ...FULL, [name]: value })).toEqual({
      ok: false,
      reason: "identity_invalid",
    });
  });

  test("is never made of anything else", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readIdentity(value).ok).toBe(false);
      }),
    );
  });

  test("may be a refusal instead, if it says why", () => {
    expect(readIdentity({ ok: false, reason: "inactive" })).toEqual({
      ok: false,
      reason: "inactive",
    });
    expect(readIdentity({ ok: false })).toMatchObject({ reason: "identity_invalid" });
    expect(readIdentity({ ok: true, ...FULL })).toMatchObject({ reason: "identity_invalid" });
  });
});

describe("scopes", () => {
  test.each<[unknown, readonly string[]]>([
    ["a b", ["a", "b"]],
    ["  a  b ", ["a", "b"]],
    ["", []],
    [
      ["a", "b c"],
      ["a", "b c"],
    ],
    [["a", 7], []],
    [["a", ""], []],
    [undefined, []],
    [null, []],
    [7, []],
    [{ a: true }, []],
  ])("of %j are %j", (claim, scopes) => {
    expect(scopesFromString(claim)).toEqual(scopes);
  });
});
