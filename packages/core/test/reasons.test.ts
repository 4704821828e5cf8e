import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ERRORS } from "../src/errors.ts";
import { reject } from "../src/internal/result.ts";
import { codeFor, errorFor } from "../src/reasons.ts";

describe("codeFor", () => {
  test.each([
    ["expired_only", "credential_expired"],
    ["session_expired", "credential_expired"],
    ["session_idle", "credential_expired"],
    ["keys_unavailable", "provider_unavailable"],
    ["provider_unavailable", "provider_unavailable"],
    ["store_unavailable", "store_unavailable"],
    ["account_unknown", "account_refused"],
    ["account_inactive", "account_refused"],
    ["tenant_unknown", "account_refused"],
    ["machine_unbound", "tenant_required"],
  ])("has a public code for %s", (reason, code) => {
    expect(codeFor(reason)).toBe(code);
  });

  test.each([
    "malformed",
    "signature_invalid",
    "audience_mismatch",
    "issuer_unknown",
    "revoked",
    "kind_not_accepted",
    "membership_inactive",
    "owner_inactive",
    "session_ended",
    "something an adapter made up",
    "",
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "Expired_only",
    "unavailable",
  ])("calls %j a credential that is not accepted", (reason) => {
    expect(codeFor(reason)).toBe("credential_invalid");
  });

  test("row 22: calls whatever could not be found out unavailable, and never yes or no", () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(ERRORS[codeFor(`${word}_unavailable`)].status).toBe(503);
      }),
    );
  });

  test("answers every reason with a refusal", () => {
    fc.assert(
      fc.property(fc.string(), (reason) => {
        expect(ERRORS[codeFor(reason)].status).toBeGreaterThanOrEqual(400);
      }),
    );
  });
});

describe("errorFor", () => {
  test("keeps the reason for the log and out of the message", () => {
    const error = errorFor(reject("signature_invalid"));
    expect(error.code).toBe("credential_invalid");
    expect(error.details).toEqual({ reason: "signature_invalid" });
    expect(error.message).toBe(ERRORS.credential_invalid.message);
  });

  test("passes on when to come back", () => {
    const error = errorFor(reject("provider_unavailable", 7));
    expect(error.details).toEqual({ reason: "provider_unavailable", retryAfterSeconds: 7 });
  });
});
