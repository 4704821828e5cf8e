import { describe, expect, test } from "vitest";
import type { AcceptedKind, Authentication, SignInMethod } from "../../src/context.ts";
import type { Tenant, TenantPolicy } from "../../src/directory/records.ts";
import { ERRORS } from "../../src/errors.ts";
import { checkPolicy, type PolicyQuestion } from "../../src/policy/check-policy.ts";

const nowMs = Date.UTC(2026, 0, 1, 12);
const PEOPLE = ["session", "access", "mcp"] as const;

function ask(
  policy: TenantPolicy,
  authentication: Authentication,
  changes: Partial<PolicyQuestion> & { readonly status?: Tenant["status"] } = {},
) {
  const { status = "active", ...rest } = changes;
  return checkPolicy({
    tenant: { status, policy },
    principal: { kind: "user" },
    accepted: "session",
    authentication,
    nowMs,
    ...rest,
  });
}

const pass = { ok: true };
const refused = (code: keyof typeof ERRORS) => expect.objectContaining({ ok: false, code });
const recent: Authentication = { method: "sso", atMs: nowMs - 1000, mfa: true };

describe("a tenant's status", () => {
  test("lets an active tenant pass", () => {
    expect(ask({}, { method: "unknown" })).toEqual(pass);
  });

  test.each([
    ["suspended", "tenant_suspended"],
    ["deleted", "tenant_not_found"],
    ["archived", "tenant_not_found"],
    [undefined, "tenant_not_found"],
  ] as const)("%s answers %s", (status, code) => {
    const tenant = { status: status as "active", policy: {} };
    const question = { tenant, accepted: "session", authentication: recent, nowMs } as const;
    expect(checkPolicy({ ...question, principal: { kind: "user" } })).toEqual(refused(code));
    // Machines do not sign in, but a suspended tenant is closed to them too.
    const m2m = { ...question, accepted: "m2m", principal: { kind: "service" } } as const;
    expect(checkPolicy(m2m)).toEqual(refused(code));
    expect(checkPolicy({ ...m2m, accepted: "api_key" })).toEqual(refused(code));
  });
});

describe("sign-in methods", () => {
  const methods: readonly SignInMethod[] = [
    "sso",
    "password",
    "passkey",
    "magic_link",
    "email_code",
    "social",
    "impersonation",
    "client_credentials",
  ];

  test.each(methods)("single sign-on enforced: %s passes only if it is sso", (method) => {
    const expected = method === "sso" ? pass : refused("sign_in_method_refused");
    for (const accepted of PEOPLE) {
      expect(ask({ methods: ["sso"] }, { method }, { accepted })).toEqual(expected);
    }
  });

  test.each(methods)("without a rule of the tenant's own %s passes", (method) => {
    expect(ask({}, { method })).toEqual(pass);
  });

  test("an empty list accepts nobody", () => {
    for (const method of [...methods, "unknown"] as const) {
      expect(ask({ methods: [] }, { method })).toEqual(refused("sign_in_method_refused"));
    }
  });

  test.each(PEOPLE)("row 24: an unknown method is refused by default for %s", (accepted) => {
    expect(ask({ methods: ["sso", "password"] }, { method: "unknown" }, { accepted })).toEqual(
      refused("sign_in_method_refused"),
    );
  });

  test.each(PEOPLE)(
    "an unknown method passes for %s where the app says so, and only there",
    (kind) => {
      const rules = { unknownMethod: { [kind]: "accept" } } as const;
      for (const accepted of PEOPLE) {
        const expected = accepted === kind ? pass : refused("sign_in_method_refused");
        expect(ask({ methods: ["sso"] }, { method: "unknown" }, { accepted, rules })).toEqual(
          expected,
        );
      }
    },
  );

  test("the rule for unknown methods accepts no known one", () => {
    const rules = { unknownMethod: { session: "accept" } } as const;
    expect(ask({ methods: ["sso"] }, { method: "password" }, { rules })).toEqual(
      refused("sign_in_method_refused"),
    );
  });

  test("a tenant may list unknown itself", () => {
    expect(ask({ methods: ["sso", "unknown"] }, { method: "unknown" })).toEqual(pass);
  });
});

describe("a second factor", () => {
  test.each([
    ["required", true, pass],
    ["required", false, refused("mfa_required")],
    ["required", undefined, refused("mfa_required")],
    ["optional", true, pass],
    ["optional", false, pass],
    ["optional", undefined, pass],
    [undefined, undefined, pass],
    ["sometimes", undefined, refused("mfa_required")],
  ])("row 24: %s by the tenant, %s by the provider", (mfa, done, expected) => {
    const policy = (mfa === undefined ? {} : { mfa }) as TenantPolicy;
    const authentication = {
      method: "password",
      ...(done === undefined ? {} : { mfa: done }),
    } as const;
    expect(ask(policy, authentication)).toEqual(expected);
  });

  test("row 24: a value that is only like true is no second factor", () => {
    const authentication = { method: "password", mfa: "false" } as unknown as Authentication;
    expect(ask({ mfa: "required" }, authentication)).toEqual(refused("mfa_required"));
  });
});

describe("the age of a sign-in", () => {
  const policy = { maxSignInAgeSeconds: 3600 };

  test.each([
    ["just now", nowMs, pass],
    ["at the limit", nowMs - 3_600_000, pass],
    ["over the limit", nowMs - 3_600_001, refused("reauthentication_required")],
    ["unknown", undefined, refused("reauthentication_required")],
    ["NaN", Number.NaN, refused("reauthentication_required")],
    ["a little ahead", nowMs + 60_000, pass],
    ["far ahead", nowMs + 60_001, refused("reauthentication_required")],
  ])("row 24: %s", (_, atMs, expected) => {
    const authentication = { method: "password", ...(atMs === undefined ? {} : { atMs }) } as const;
    expect(ask(policy, authentication)).toEqual(expected);
  });

  test("the app decides how far clocks may differ", () => {
    const authentication = { method: "password", atMs: nowMs + 1000 } as const;
    expect(ask(policy, authentication, { rules: { clockToleranceSeconds: 0 } })).toEqual(
      refused("reauthentication_required"),
    );
  });

  test("a limit that is no number refuses", () => {
    expect(ask({ maxSignInAgeSeconds: Number.NaN }, recent)).toEqual(
      refused("reauthentication_required"),
    );
  });
});

describe("row 24: all rules must pass", () => {
  const policy: TenantPolicy = { methods: ["sso"], mfa: "required", maxSignInAgeSeconds: 60 };
  const cases = [true, false].flatMap((method) =>
    [true, false].flatMap((mfa) => [true, false].map((age) => ({ method, mfa, age }))),
  );

  test.each(cases)("method $method, second factor $mfa, age $age", ({ method, mfa, age }) => {
    const verdict = ask(policy, {
      method: method ? "sso" : "password",
      ...(mfa ? { mfa } : {}),
      ...(age ? { atMs: nowMs } : {}),
    });
    expect(verdict.ok).toBe(method && mfa && age);
  });
});

describe("machines", () => {
  const strict: TenantPolicy = { methods: ["sso"], mfa: "required", maxSignInAgeSeconds: 60 };
  const authentication = { method: "unknown" } as const;

  test.each([
    ["m2m", "service"],
    ["access", "service"],
    ["api_key", "service"],
    ["api_key", "user"],
  ] as const)(
    "%s of a %s never sign in, so methods, factors and age do not apply",
    (accepted, kind) => {
      expect(ask(strict, authentication, { accepted, principal: { kind } })).toEqual(pass);
    },
  );

  test("a person's token stays a person's on a mount for machines", () => {
    const accepted: AcceptedKind = "m2m";
    const rules = {
      unknownMethod: { session: "accept", access: "accept", mcp: "accept" },
    } as const;
    const verdict = ask({ methods: ["sso"] }, authentication, { accepted, rules });
    expect(verdict).toEqual(refused("sign_in_method_refused"));
  });
});
