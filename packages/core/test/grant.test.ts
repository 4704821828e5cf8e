import { describe, expect, test } from "vitest";
import type { AuthContext } from "../src/context.ts";
import { createGrant } from "../src/grant.ts";
import type { Identified } from "../src/identified.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import { createGrants } from "../src/permissions/grants.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import { bearerOf, NOW_MS, sessionOf, tenantOf, whoOf } from "./fixtures/records.ts";

const catalogue = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: { member: ["notes:read", "notes:write"], viewer: ["notes:read"] },
});
type Permission = (typeof catalogue.permissions)[number];

const scopes = createScopeMint();
const grants = createGrants<Permission>();
const grant = createGrant({ catalogue, grants, scopes });
const acme = tenantOf("acme", { placement: "eu-1" });

function contextOf(who: Identified): AuthContext<Permission> {
  const { tenant, roles, vendorPermissions } = who;
  return grant(who, { ok: true, tenant, roles, vendorPermissions });
}

const stay = {
  reason: "ticket 7",
  enteredAtMs: NOW_MS - 1000,
  untilMs: NOW_MS + 1000,
  home: { id: "tnt_lighthouse", slug: "lighthouse" },
};

describe("the context", () => {
  test("says who asks, in which tenant, with which permissions", () => {
    const context = contextOf(whoOf({ tenant: acme, vendorPermissions: ["notes:delete"] }));
    expect(context.principal).toEqual({ kind: "user", id: "usr_ada", name: "ada" });
    expect(context.tenant).toMatchObject({ id: "tnt_acme", slug: "acme", name: acme.name });
    expect(context.tenant?.scope).toEqual({ tenantId: "tnt_acme", placement: "eu-1" });
    expect(scopes.owns(context.tenant?.scope)).toBe(true);
    expect(context.roles).toEqual(["member"]);
    expect([...context.permissions].toSorted()).toEqual([
      "notes:delete",
      "notes:read",
      "notes:write",
    ]);
    expect(context).not.toHaveProperty("crossTenant");
  });

  test("is bounded by scopes, and by scopes that are none at all", () => {
    expect([...contextOf(bearerOf({ bound: ["notes:read"] })).permissions]).toEqual(["notes:read"]);
    expect(contextOf(bearerOf({ bound: [] })).permissions.size).toBe(0);
    expect(contextOf(bearerOf()).permissions.size).toBe(2);
  });

  test("allows nothing without a tenant, whatever the credential says", () => {
    const resolved = {
      ok: true,
      tenant: null,
      roles: ["member"],
      vendorPermissions: ["notes:delete"],
    } as const;
    const context = grant(whoOf({ tenant: null }), resolved);
    expect(context.tenant).toBeNull();
    expect(context.roles).toEqual([]);
    expect(context.permissions.size).toBe(0);
  });

  test("of a stay in another tenant names the supporter and the stay", () => {
    const impersonator = { kind: "impersonator", id: "usr_root" } as const;
    const context = grant(whoOf({ actors: [impersonator], roles: ["member"] }), {
      ok: true,
      tenant: acme,
      roles: ["viewer"],
      vendorPermissions: [],
      crossTenant: stay,
    });
    expect(context.crossTenant).toEqual(stay);
    expect(context.actors).toEqual([impersonator, { kind: "support", id: "usr_ada" }]);
    expect(context.roles).toEqual(["viewer"]);
    expect([...context.permissions]).toEqual(["notes:read"]);
  });

  test("of two tenants never shares a scope or a role", () => {
    const here = contextOf(whoOf({ tenant: acme, roles: ["member"] }));
    const there = contextOf(whoOf({ tenant: tenantOf("globex"), roles: ["viewer"] }));
    expect(here.tenant?.scope.tenantId).toBe("tnt_acme");
    expect(there.tenant?.scope.tenantId).toBe("tnt_globex");
    expect(there.permissions.has("notes:write")).toBe(false);
  });
});

describe("a handler cannot change a context", () => {
  /** Everything reachable in a value, with the path to it. */
  function* reachable(value: unknown, path = "context"): Iterable<readonly [string, object]> {
    if (typeof value !== "object" || value === null) return;
    yield [path, value];
    for (const [key, member] of Object.entries(value)) yield* reachable(member, `${path}.${key}`);
  }

  test("nor anything in it", () => {
    const context = grant(
      whoOf({
        principal: {
          kind: "user",
          id: "usr_ada",
          email: { value: "a@acme.example", verified: true },
        },
        actors: [{ kind: "client", id: "agent" }],
        credential: {
          kind: "bearer",
          accepted: "access",
          scopes: ["notes:read"],
          expiresAtMs: NOW_MS,
        },
      }),
      { ok: true, tenant: acme, roles: ["member"], vendorPermissions: [], crossTenant: stay },
    );
    const open = [...reachable(context)].filter(([, value]) => !Object.isFrozen(value));
    expect(open.map(([path]) => path)).toEqual([]);
    expect([...reachable(context)].map(([path]) => path)).toContain("context.principal.email");
  });

  test("even where somebody has frozen only the outside already", () => {
    const principal = Object.freeze({
      kind: "user",
      id: "usr_ada",
      email: { value: "a@acme.example", verified: true },
    } as const);
    const context = contextOf(whoOf({ principal }));
    expect(Object.isFrozen(context.principal)).toBe(true);
    expect(Object.isFrozen((context.principal as typeof principal).email)).toBe(true);
  });

  test("nor the roles of the next request by keeping a list", () => {
    const roles = ["viewer"];
    const context = grant(whoOf(), { ok: true, tenant: acme, roles, vendorPermissions: [] });
    roles.push("member");
    expect(context.roles).toEqual(["viewer"]);
    expect(() => (context.roles as string[]).push("member")).toThrow(TypeError);
  });
});

describe("requests of one credential", () => {
  const email = { value: "ada@acme.example", verified: true };
  const first = bearerOf({
    tenant: acme,
    principal: { kind: "user", id: "usr_ada", name: "Ada", email },
    roles: ["member"],
    vendorPermissions: ["notes:delete"],
    actors: [{ kind: "client", id: "agent" }],
    bound: ["notes:read", "notes:delete"],
  });

  test("share a context while nothing changes, whatever is made anew for each", () => {
    const again = { ...structuredClone(first), authentication: first.authentication };
    expect(contextOf(again)).toBe(contextOf(first));
  });

  const changes: readonly (readonly [string, Partial<Identified>])[] = [
    ["another tenant", { tenant: { ...acme, id: "tnt_other" } }],
    ["a renamed slug", { tenant: { ...acme, slug: "acme-two" } }],
    ["a renamed tenant", { tenant: { ...acme, name: "Acme Two" } }],
    ["another placement", { tenant: { ...acme, placement: "us-1" } }],
    ["no tenant", { tenant: null }],
    ["another role", { roles: ["viewer"] }],
    ["one role more", { roles: ["member", "viewer"] }],
    ["no vendor permission", { vendorPermissions: [] }],
    ["other scopes", { bound: ["notes:read"] }],
    ["scopes that do not bound", { bound: undefined as never }],
    ["another person", { principal: { ...first.principal, id: "usr_bob" } }],
    [
      "an address unverified",
      { principal: { ...first.principal, email: { ...email, verified: false } } as never },
    ],
    ["a name removed", { principal: { kind: "user", id: "usr_ada", email } }],
    ["another expiry", { credential: { ...first.credential, expiresAtMs: NOW_MS + 7 } }],
    ["another kind", { credential: { ...first.credential, accepted: "mcp" } }],
    ["another instance", { provider: { ...first.provider, instance: "second" } }],
    ["another actor", { actors: [{ kind: "client", id: "other" }] }],
  ];
  test.each(changes)("get a context of their own with %s", (_, change) => {
    const before = contextOf(first);
    const changed = { ...first, ...change };
    const context = contextOf(changed);
    expect(context).not.toBe(before);
    const alone = createGrant({ catalogue, grants: createGrants<Permission>(), scopes });
    const { tenant, roles, vendorPermissions } = changed;
    expect(context).toEqual(alone(changed, { ok: true, tenant, roles, vendorPermissions }));
    expect([...context.permissions]).toEqual([
      ...alone(changed, { ok: true, tenant, roles, vendorPermissions }).permissions,
    ]);
    expect(contextOf(first)).toEqual(before);
  });

  test("get one of their own when a store changes its own lists", () => {
    const lists = { roles: ["viewer"], vendorPermissions: ["notes:delete"], bound: ["notes:read"] };
    const who = bearerOf({ tenant: acme, ...lists });
    const seen = () => [...contextOf(who).permissions];
    expect(seen()).toEqual(["notes:read"]);
    lists.bound.push("notes:delete");
    expect(seen()).toEqual(["notes:read", "notes:delete"]);
    lists.vendorPermissions.pop();
    expect(seen()).toEqual(["notes:read"]);
    lists.roles[0] = "member";
    lists.bound.push("notes:write");
    expect(seen()).toEqual(["notes:read", "notes:write"]);
  });

  test("never share one with a stay in another tenant", () => {
    const { tenant, roles, vendorPermissions } = first;
    const own = contextOf(first);
    const within = grant(first, { ok: true, tenant, roles, vendorPermissions, crossTenant: stay });
    expect(within.crossTenant).toEqual(stay);
    expect(contextOf(first)).toBe(own);
    expect(contextOf(first).crossTenant).toBeUndefined();
  });
});

describe("row 20: a context that is written out", () => {
  const session = sessionOf({
    secretHash: "SECRET-hash",
    subject: "SECRET-subject",
    vendorSession: {
      sealedRefreshToken: "SECRET-refresh",
      refreshAtMs: 1,
      leaseUntilMs: null,
      sealedIdToken: "SECRET-id",
    },
  });

  test("holds exactly this, and no token, hash or policy", () => {
    const written = JSON.stringify(
      contextOf(
        whoOf({
          session,
          tenant: tenantOf("acme", {
            policy: { methods: ["sso"] },
            domains: [{ name: "SECRET.example", verified: true }],
          }),
          vendorPermissions: ["SECRET-permission"],
          bound: ["notes:read", "SECRET-scope"],
          credential: { kind: "bearer", accepted: "access", expiresAtMs: NOW_MS },
        }),
      ),
      null,
      2,
    );
    expect(written).not.toContain("SECRET");
    expect(written).toMatchInlineSnapshot(`
      "{
        "principal": {
          "kind": "user",
          "id": "usr_ada",
          "name": "ada"
        },
        "tenant": {
          "id": "tnt_acme",
          "slug": "acme",
          "name": "The acme company",
          "scope": {
            "tenantId": "tnt_acme",
            "placement": null
          }
        },
        "roles": [
          "member"
        ],
        "permissions": [
          "notes:read"
        ],
        "credential": {
          "kind": "bearer",
          "accepted": "access",
          "expiresAtMs": 1768478400000
        },
        "authentication": {
          "method": "sso",
          "atMs": 1768478340000,
          "mfa": true
        },
        "actors": [],
        "provider": {
          "vendor": "oidc",
          "instance": "acme-idp",
          "issuer": "https://idp.example"
        }
      }"
    `);
  });
});
