import { profilesMatching } from "@tenantry/core/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SignedToken } from "@tenantry/core/provider";
import { stytch } from "../src/index.ts";
import { readPolicy } from "../src/policy.ts";

const PROJECT = "project-test-tokens";
const SESSION = "https://stytch.com/session";
const ORGANIZATION = "https://stytch.com/organization";

const { tokens: profiles = [] } = stytch({
  projectId: PROJECT,
  secret: "secret",
  publicToken: "public-token-test",
  mcpDomain: "https://project.customers.stytch.dev",
  mcpResource: ["https://mcp.example.com"],
});

const member = { sub: "member-test-1", [ORGANIZATION]: { organization_id: "o1", slug: "acme" } };
const factor = { type: "magic_link", last_authenticated_at: "2026-01-01T00:00:00Z" };
const session = { id: "s1", roles: ["admin"], authentication_factors: [factor] };
const times = { iat: 1, exp: 2 };
const token = (claims: object): SignedToken => ({
  header: { alg: "RS256", typ: "JWT" },
  claims: { ...times, ...claims },
});
const kindsOf = (claims: object) => profilesMatching(profiles, token(claims));
const read = (claims: object) => {
  const [id] = kindsOf(claims);
  return profiles.find((profile) => profile.id === id)?.read(token(claims));
};

describe("one key, issuer, audience and type for all", () => {
  test.each<[string, object, readonly string[]]>([
    ["a session", { ...member, [SESSION]: session }, ["session"]],
    ["a session with a scope", { ...member, [SESSION]: session, scope: "a" }, ["session"]],
    ["a machine", { sub: "m2m-client-test-1", scope: "a" }, ["m2m"]],
    [
      "a machine whose template adds an organization",
      { sub: "m2m-client-test-1", scope: "a", [ORGANIZATION]: { organization_id: "o1" } },
      ["m2m"],
    ],
    ["a Connected App", { ...member, scope: "openid", client_id: "c" }, ["mcp"]],
    ["a member without session or scope", member, []],
    ["a consumer's session subject", { sub: "user-test-1", scope: "a" }, []],
    ["nothing", {}, []],
  ])("%s is told by its claims", (_, claims, expected) => {
    expect(kindsOf(claims)).toEqual(expected);
  });

  test("no token is of two kinds", () => {
    const sub = fc.oneof(fc.constantFrom("member-1", "m2m-client-1", "user-1", ""), fc.string());
    const any = fc.oneof(fc.constant(undefined), fc.string(), fc.object());
    const claims = fc.record(
      { sub, scope: any, client_id: any, [SESSION]: any, [ORGANIZATION]: any },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(claims, (some) => {
        expect(kindsOf(some).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a machine has no organization but the one that its client has", () => {
    const claims = {
      sub: "m2m-client-test-1",
      scope: "a b",
      [ORGANIZATION]: { organization_id: "o1" },
    };
    expect(read(claims)).toMatchObject({ kind: "service", tenant: null, scopes: ["a", "b"] });
  });

  test("a member's id is of one organization", () => {
    expect(read({ ...member, [SESSION]: session })).toMatchObject({
      subject: "member-test-1",
      subjectScope: "tenant",
      tenant: { external: "o1", slug: "acme" },
      issuer: `stytch.com/${PROJECT}`,
      authentication: { method: "magic_link", mfa: false },
    });
  });

  test.each<[string, object]>([
    ["no organization", { sub: "member-1", [SESSION]: session }],
    ["a subject that is no member", { ...member, sub: "m2m-client-1", [SESSION]: session }],
    ["roles of another shape", { ...member, [SESSION]: { ...session, roles: "admin" } }],
    [
      "factors of another shape",
      { ...member, [SESSION]: { ...session, authentication_factors: 1 } },
    ],
    [
      "an impersonator without a name",
      { ...member, [SESSION]: { ...session, authentication_factors: [{ type: "impersonated" }] } },
    ],
  ])("a session with %s is refused", (_, claims) => {
    expect(read(claims)).toMatchObject({ ok: false });
  });

  test("SSO, second factors and impersonators are seen", () => {
    const about = (...factors: object[]) =>
      read({ ...member, [SESSION]: { ...session, authentication_factors: factors } });
    expect(about(factor, { type: "sso" }, { type: "totp" })).toMatchObject({
      authentication: { method: "sso", mfa: true },
    });
    expect(about({ type: "otp", delivery_method: "sms" }, factor)).toMatchObject({
      authentication: { method: "magic_link", mfa: true },
    });
    const impersonated_factor = { impersonator_email_address: "support@vendor.example" };
    expect(about({ type: "impersonated", impersonated_factor })).toMatchObject({
      authentication: { method: "impersonation" },
      actors: [{ kind: "impersonator", id: "support@vendor.example" }],
    });
  });
});

describe("the RBAC policy", () => {
  const policy = readPolicy({
    resources: [{ resource_id: "notes", actions: ["read", "write"] }],
    roles: [
      { role_id: "all", permissions: [{ resource_id: "notes", actions: ["*"] }] },
      { role_id: "reader", permissions: [{ resource_id: "notes", actions: ["read"] }] },
      { role_id: "odd", permissions: "notes:write" },
    ],
    scopes: [{ scope: "reading", permissions: [{ resource_id: "notes", actions: ["read"] }] }],
  });

  test("expands a wildcard through the resource's actions and keeps it", () => {
    expect(policy.permissionsOf(["all"])).toEqual(["notes:*", "notes:read", "notes:write"]);
  });

  test("grants nothing for roles that it does not have or cannot read", () => {
    expect(policy.permissionsOf(["reader", "odd", "unknown"])).toEqual(["notes:read"]);
    expect(readPolicy(undefined).permissionsOf(["all"])).toEqual([]);
  });

  test("keeps a scope beside what it stands for", () => {
    expect(policy.scopesOf(["reading", "openid"])).toEqual(["reading", "notes:read", "openid"]);
  });
});
