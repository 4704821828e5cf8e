import { describe, expect, test } from "vitest";
import type { AuthContext } from "../src/context.ts";
import { AuthError } from "../src/errors.ts";
import { createGrant } from "../src/grant.ts";
import { guard, type Requirement } from "../src/guard.ts";
import type { Identified } from "../src/identified.ts";
import type { LogEvent } from "../src/log.ts";
import { ANONYMOUS, refuse, type Outcome } from "../src/outcome.ts";
import { createGrants } from "../src/permissions/grants.ts";
import { definePermissions } from "../src/permissions/define-permissions.ts";
import { createScopeMint } from "../src/tenancy/scope.ts";
import { whoOf } from "./fixtures/records.ts";

const catalogue = definePermissions({
  permissions: ["notes:read", "notes:write", "notes:delete"],
  roles: { member: ["notes:read", "notes:write"], nobody: [] },
});
type Permission = (typeof catalogue.permissions)[number];

const grants = createGrants<Permission>();
const grant = createGrant({ catalogue, grants, scopes: createScopeMint() });

function contextOf(changes: Partial<Identified> = {}): AuthContext<Permission> {
  const who = whoOf(changes);
  const { tenant, roles, vendorPermissions } = who;
  return grant(who, { ok: true, tenant, roles, vendorPermissions });
}

const authenticated = (changes: Partial<Identified> = {}): Outcome<Permission> => ({
  kind: "authenticated",
  context: contextOf(changes),
  setCookies: [],
});

function ask(outcome: Outcome<Permission> | undefined, requirement: Requirement<Permission>) {
  const events: LogEvent[] = [];
  const error = guard(outcome, requirement, { grants, log: (event) => events.push(event) });
  return { error, events };
}

const permission = (...permissions: readonly Permission[]): Requirement<Permission> => ({
  kind: "permission",
  permissions,
});

const REQUIREMENTS = [
  { kind: "auth" },
  { kind: "tenant" },
  permission("notes:read"),
] as const satisfies readonly Requirement<Permission>[];

describe.each(REQUIREMENTS)("a guard that asks for $kind", (requirement) => {
  test("lets a member of a tenant through who may", () => {
    const { error, events } = ask(authenticated(), requirement);
    expect(error).toBeNull();
    expect(events).toEqual([]);
  });

  test("never lets through where authentication was forgotten, and tells the developer", () => {
    const { error, events } = ask(undefined, requirement);
    expect(error).toMatchObject({ code: "misconfigured", status: 500 });
    expect(events).toEqual([
      {
        level: "error",
        event: "guard.authenticate_missing",
        reason: expect.stringContaining("put authenticate() in front of this handler") as string,
      },
    ]);
    expect(events[0]?.reason).toContain(`${requirement.kind} guard`);
  });

  test("asks nobody in particular for a credential", () => {
    expect(ask(ANONYMOUS, requirement).error).toMatchObject({ code: "credential_missing" });
  });

  test("repeats a refusal as it was", () => {
    const refusal = new AuthError("tenant_suspended", { reason: "why" });
    expect(ask(refuse(refusal), requirement).error).toBe(refusal);
  });

  test("does not take a redirect for somebody", () => {
    const redirect = { kind: "redirect", location: "/x", setCookies: [] } as const;
    expect(ask(redirect, requirement).error).toMatchObject({ code: "credential_missing" });
  });
});

describe("without a tenant", () => {
  const homeless = authenticated({ tenant: null });

  test("only a guard that asks for nothing more lets through", () => {
    expect(ask(homeless, { kind: "auth" }).error).toBeNull();
    for (const requirement of [{ kind: "tenant" } as const, permission("notes:read")]) {
      expect(ask(homeless, requirement).error).toMatchObject({ code: "tenant_required" });
    }
  });
});

describe("row 24: permissions", () => {
  const denied = { code: "permission_denied", details: { reason: "permission_missing" } };

  // The member holds read and write, and not delete.
  test.each([
    [["notes:read"], null],
    [["notes:write"], null],
    [["notes:read", "notes:write"], null],
    [["notes:delete"], denied],
    [["notes:read", "notes:delete"], denied],
    [["notes:delete", "notes:read"], denied],
    [["notes:read", "notes:write", "notes:delete"], denied],
    [[], denied],
    [["notes"], denied],
    [["*"], denied],
    [["notes:*"], denied],
    [["NOTES:READ"], denied],
    [["constructor"], denied],
  ])("all of %j have to be there", (permissions, expected) => {
    const { error } = ask(authenticated(), permission(...(permissions as Permission[])));
    const answer = error === null ? null : { code: error.code, details: error.details };
    expect(answer).toEqual(expected);
  });

  test.each([
    ["a role without permissions", { roles: ["nobody"] }],
    ["a role that the catalogue does not know", { roles: ["owner"] }],
    ["no role", { roles: [] }],
    ["only vendor permissions of other names", { roles: [], vendorPermissions: ["notes.read"] }],
  ])("absent data denies: %s", (_, changes) => {
    const { error } = ask(authenticated(changes), permission("notes:read"));
    expect(error).toMatchObject(denied);
  });
});

describe("scopes", () => {
  const withScopes = (...bound: readonly string[]) => authenticated({ bound });

  test("are named where only they are missing", () => {
    const { error } = ask(withScopes("notes:read"), permission("notes:write"));
    expect(error).toMatchObject({
      code: "scope_insufficient",
      details: { reason: "scope_missing", scopes: ["notes:write"] },
    });
  });

  test("are named without those that are there", () => {
    const { error } = ask(withScopes("notes:read"), permission("notes:read", "notes:write"));
    expect(error?.details.scopes).toEqual(["notes:write"]);
  });

  test("are named all at once for a token that has none", () => {
    const { error } = ask(withScopes(), permission("notes:read", "notes:write"));
    expect(error?.details.scopes).toEqual(["notes:read", "notes:write"]);
  });

  test("do not help against a role that may not: no scope is named", () => {
    for (const asked of [permission("notes:delete"), permission("notes:write", "notes:delete")]) {
      const { error } = ask(withScopes("notes:read"), asked);
      expect(error).toMatchObject({ code: "permission_denied" });
      expect(error?.details.scopes).toBeUndefined();
    }
  });

  test("grant nothing that the role does not", () => {
    const { error } = ask(withScopes("notes:delete"), permission("notes:delete"));
    expect(error).toMatchObject({ code: "permission_denied" });
  });

  test("are not named for a context that this instance did not make", () => {
    const { context } = authenticated({ bound: [] }) as { context: AuthContext<Permission> };
    const copy = { kind: "authenticated", context: { ...context }, setCookies: [] } as const;
    expect(ask(copy, permission("notes:read")).error).toMatchObject({ code: "permission_denied" });
  });

  test("asking for nothing is denied, not answered with a scope", () => {
    expect(ask(withScopes(), permission()).error).toMatchObject({ code: "permission_denied" });
  });
});
