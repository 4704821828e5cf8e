import { describe, expect, test } from "vitest";
import { readIdentity } from "../src/identity.ts";
import { readMemberships } from "../src/memberships.ts";
import type { OidcOptions } from "../src/index.ts";
import { settings } from "../src/options.ts";
import { registrationFromOptions, type ReadAs, type Registration } from "../src/registration.ts";

const claims = { iss: "https://issuer.test", sub: "u1", iat: 1000, exp: 2000 };

function registrationOf(options: Partial<OidcOptions> = {}): Registration {
  const registration = registrationFromOptions(
    settings.fromOptions({ issuer: "https://issuer.test", clientId: "app", ...options }),
  );
  if (registration === null) throw new Error("there is no registration");
  return registration;
}

function read(more: object, options: Partial<OidcOptions> = {}, as: ReadAs = "id") {
  return readIdentity({ ...claims, ...more }, registrationOf(options), as);
}

describe("a person", () => {
  test("is the issuer and its subject, and needs both", () => {
    expect(read({})).toEqual({
      issuer: "https://issuer.test",
      subject: "u1",
      subjectScope: "global",
      kind: "user",
      tenant: null,
      authentication: { method: "unknown" },
      actors: [],
      issuedAtSeconds: 1000,
      expiresAtSeconds: 2000,
    });
    for (const wrong of [
      { sub: undefined },
      { sub: "" },
      { sub: 7 },
      { iss: undefined },
      { exp: "2000" },
      { iat: null },
    ]) {
      expect(read(wrong)).toEqual({ ok: false, reason: "claim_missing" });
    }
  });

  test.each([
    [true, true],
    [undefined, false],
    [false, false],
    ["true", false],
    [1, false],
    [null, false],
  ])(
    "row 33: has an e-mail address that is verified only by the boolean (%s)",
    (value, verified) => {
      expect(read({ email: "a@acme.example", email_verified: value })).toMatchObject({
        email: { value: "a@acme.example", verified },
      });
    },
  );

  test("has no e-mail address or name of another shape", () => {
    const identity = read({
      email: ["a@acme.example"],
      email_verified: true,
      name: { first: "A" },
    });
    expect(identity).not.toHaveProperty("email");
    expect(identity).not.toHaveProperty("name");
  });

  test.each<[unknown, string, boolean | undefined]>([
    [["pwd"], "password", false],
    [["pwd", "otp", "mfa"], "password", true],
    [["hwk"], "passkey", false],
    [["swk", "user"], "passkey", false],
    [["otp"], "unknown", false],
    [undefined, "unknown", undefined],
    ["pwd", "unknown", undefined],
  ])("signed in as amr %j says", (amr, method, mfa) => {
    expect(read({ amr, auth_time: 900 })).toMatchObject({
      authentication: { method, atMs: 900_000, ...(mfa === undefined ? {} : { mfa }) },
    });
  });
});

describe("a tenant", () => {
  const claim = { orgClaim: ["org"], orgSlugClaim: ["slug"], orgNameClaim: ["name"] };

  test("is what the options fix, whatever the token says", () => {
    expect(read({ org: "evil", tenant: "evil" }, { tenant: "solo" })).toMatchObject({
      tenant: { external: "solo", slug: "solo", name: "solo" },
    });
  });

  test("is what the map says; outside the map there is none", () => {
    const options = { ...claim, orgMap: { org_1: "acme" } };
    const described = { slug: "evil", name: "Acme Inc." };
    expect(read({ org: "org_1", ...described }, options)).toMatchObject({
      tenant: { external: "org_1", slug: "acme", name: "Acme Inc." },
    });
    expect(read({ org: "org_2", ...described }, options)).toMatchObject({ tenant: null });
    expect(read({ org: "constructor" }, options)).toMatchObject({ tenant: null });
    expect(read({}, options)).toMatchObject({ tenant: null });
  });

  test("is what the token says where the issuer may create tenants", () => {
    const options = { ...claim, orgUnknown: "provision" as const };
    expect(read({ org: "org_2", slug: "birch", name: "Birch" }, options)).toMatchObject({
      tenant: { external: "org_2", slug: "birch", name: "Birch" },
    });
    expect(read({ org: "org_2" }, options)).toMatchObject({ tenant: { external: "org_2" } });
    expect(read({ org: ["org_2", "org_3"] }, options)).toEqual({
      ok: false,
      reason: "organization_ambiguous",
    });
    expect(read({ org: "org_2", slug: 7 }, options)).toEqual({
      ok: false,
      reason: "claim_invalid",
    });
    expect(read({ org: "org_2", name: ["n"] }, options)).toEqual({
      ok: false,
      reason: "claim_invalid",
    });
  });
});

describe("roles", () => {
  const both = { rolesClaim: ["roles"], groupsClaim: ["groups"] };
  const roles = (more: object, options: Partial<OidcOptions> = both, as: ReadAs = "id") => {
    const identity = read(more, options, as);
    return "ok" in identity ? identity.reason : identity.roles;
  };

  test("are unknown when no claim is configured, whatever the token has", () => {
    expect(roles({ roles: ["admin"], groups: ["g"] }, {})).toBeUndefined();
  });

  test("are those of the roles and the groups claim, each once", () => {
    expect(roles({ roles: "admin", groups: ["g", "admin"] })).toEqual(["admin", "g"]);
  });

  test("are none when the configured claim is missing", () => {
    expect(roles({})).toEqual([]);
    expect(roles({ roles: ["admin"] }, { groupsClaim: ["groups"] })).toEqual([]);
  });

  test("are unknown when groups were left out for their number", () => {
    expect(roles({ roles: ["admin"], _claim_names: { groups: "src1" } })).toBeUndefined();
    expect(roles({ roles: ["admin"], hasgroups: true })).toBeUndefined();
    expect(roles({ groups: ["g"], hasgroups: true })).toEqual(["g"]);
  });

  test("refuse a shape that cannot be read", () => {
    expect(roles({ roles: { admin: true } })).toBe("claim_invalid");
    expect(roles({ groups: [{ id: "g" }] })).toBe("claim_invalid");
  });

  test("of a bearer token are the directory's where the options say so, but not of a machine", () => {
    const options = { ...both, accessTokenRoles: "directory" as const };
    expect(roles({ roles: ["admin"] }, options, "access")).toBeUndefined();
    expect(roles({ roles: ["admin"] }, options, "id")).toEqual(["admin"]);
    expect(roles({ roles: ["admin"] }, options, "m2m")).toEqual(["admin"]);
  });
});

describe("permissions and scopes", () => {
  test("permissions are read only from the configured claim", () => {
    const options = { permissionsClaim: ["permissions"] };
    expect(read({ permissions: ["a"] }, options)).toMatchObject({ permissions: ["a"] });
    expect(read({ permissions: ["a"] })).not.toHaveProperty("permissions");
    expect(read({}, options)).not.toHaveProperty("permissions");
    expect(read({ permissions: { a: 1 } }, options)).toEqual({
      ok: false,
      reason: "claim_invalid",
    });
  });

  test("row 13: scopes are only those that the token names", () => {
    const scopes = (more: object) => read(more, {}, "access");
    expect(scopes({ scope: "a b" })).toMatchObject({ scopes: ["a", "b"] });
    expect(scopes({ scp: ["a"] })).toMatchObject({ scopes: ["a"] });
    expect(scopes({})).toMatchObject({ scopes: [] });
    expect(scopes({ scope: { a: true } })).toMatchObject({ scopes: [] });
    expect(read({ scope: "a" })).not.toHaveProperty("scopes");
  });
});

describe("memberships in an ID token", () => {
  const all = { orgClaim: ["org"], orgsClaim: ["orgs"] };
  const provision = registrationOf({ ...all, orgUnknown: "provision" });

  test("are read only where the options name their claim", () => {
    const orgs = [{ id: "o1" }];
    expect(readMemberships({ orgs }, registrationOf())).toBeNull();
    expect(readMemberships({ orgs }, registrationOf({ tenant: "solo" }))).toBeNull();
    expect(
      readMemberships({ orgs }, registrationOf({ orgClaim: ["org"], orgUnknown: "provision" })),
    ).toBeNull();
  });

  test("carry what is described, and roles only if they are there", () => {
    const orgs = [
      { id: "o1", slug: "one", name: "One", roles: ["admin"] },
      { id: "o2", slug: 7 },
    ];
    expect(readMemberships({ orgs }, provision)).toEqual([
      { tenant: { external: "o1", slug: "one", name: "One" }, roles: ["admin"] },
      { tenant: { external: "o2" } },
    ]);
    expect(readMemberships({}, provision)).toEqual([]);
  });

  test("leave out organizations that the map does not name", () => {
    const mapped = registrationOf({ ...all, orgMap: { o1: "acme" } });
    expect(readMemberships({ orgs: [{ id: "o1" }, { id: "o2" }] }, mapped)).toEqual([
      { tenant: { external: "o1", slug: "acme", name: "acme", configured: true } },
    ]);
  });

  test.each([
    [{ o1: {} }],
    ["o1"],
    [["o1"]],
    [[{ slug: "one" }]],
    [[{ id: "" }]],
    [[{ id: "o", roles: 7 }]],
  ])("are refused as a whole in another shape: %j", (orgs) => {
    expect(readMemberships({ orgs }, provision)).toEqual({ ok: false, reason: "claim_invalid" });
  });
});
