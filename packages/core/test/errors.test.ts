import { describe, expect, test } from "vitest";
import { AuthError, ERRORS, type AuthErrorCode, type ErrorDefinition } from "../src/errors.ts";

const rows = Object.entries(ERRORS) as readonly (readonly [AuthErrorCode, ErrorDefinition])[];

describe("the public error table", () => {
  test("is this one: adding a code is a minor change, changing or dropping one is major", () => {
    expect(rows.map(([code, { status }]) => `${status} ${code}`).toSorted()).toEqual([
      "400 credential_malformed",
      "400 request_invalid",
      "400 sign_in_failed",
      "401 credential_expired",
      "401 credential_invalid",
      "401 credential_missing",
      "401 reauthentication_required",
      "403 account_refused",
      "403 csrf_refused",
      "403 mfa_required",
      "403 permission_denied",
      "403 scope_insufficient",
      "403 sign_in_method_refused",
      "403 tenant_mismatch",
      "403 tenant_required",
      "403 tenant_suspended",
      "403 tenant_switch_required",
      "404 route_not_found",
      "404 tenant_not_found",
      "405 method_not_allowed",
      "413 body_too_large",
      "500 misconfigured",
      "503 provider_unavailable",
      "503 store_unavailable",
    ]);
  });

  test.each(rows)("%s has a message that says something and quotes nothing", (_, { message }) => {
    expect(message).toMatch(/^[A-Z][A-Za-z ,;:'.-]+\.$/);
    expect(message).not.toMatch(/\$|undefined/);
  });

  test.each(rows)(
    "%s carries a challenge exactly if it is a 401 or RFC 6750 names it",
    (_, row) => {
      const expected = {
        invalid_request: [400],
        invalid_token: [401],
        insufficient_scope: [403],
        bare: [401],
        none: [400, 403, 404, 405, 413, 500, 503],
      }[row.challenge];
      expect(expected).toContain(row.status);
    },
  );

  test.each(rows)("%s is retryable exactly if it is a 503", (_, row) => {
    expect(row.retryable).toBe(row.status === 503);
  });
});

describe("AuthError", () => {
  test("takes status and message from the table", () => {
    const error = new AuthError("tenant_suspended", { reason: "why" });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("AuthError");
    expect(error.code).toBe("tenant_suspended");
    expect(error.status).toBe(403);
    expect(error.message).toBe(ERRORS.tenant_suspended.message);
    expect(error.details).toEqual({ reason: "why" });
    expect(new AuthError("tenant_suspended").details).toEqual({});
  });

  test("is recognised, also one of another copy of this package", () => {
    const ours = new AuthError("misconfigured");
    const theirs = Object.assign(new Error("of another copy"), {
      [Symbol.for("@tenantry/core/AuthError")]: true,
    });
    expect(AuthError.is(ours)).toBe(true);
    expect(AuthError.is(theirs)).toBe(true);
  });

  test.each([
    new Error("misconfigured"),
    { name: "AuthError", code: "misconfigured", status: 500 },
    "misconfigured",
    null,
    undefined,
    7,
  ])("is nothing else: %j", (value) => {
    expect(AuthError.is(value)).toBe(false);
  });

  test("does not show its mark where errors are listed or written as JSON", () => {
    const error = new AuthError("misconfigured");
    expect(Object.keys(error)).not.toContain("Symbol(@tenantry/core/AuthError)");
    const listed = Object.getOwnPropertySymbols(Object.assign({}, error));
    expect(listed).toEqual([]);
  });
});
