import { expect, test } from "vitest";
import { failureOf, isAbsent, rejectionOf } from "../src/errors.ts";

const api = (status: number | undefined, code?: string, more = {}) =>
  Object.assign(new Error("what the vendor wrote"), {
    status,
    errors: code === undefined ? [] : [{ code, message: "what the vendor wrote" }],
    ...more,
  });

test.each<[string, unknown, object]>([
  [
    "no answer",
    api(undefined, "unexpected_error"),
    { kind: "unavailable", reason: "provider_unavailable" },
  ],
  ["an error of theirs", api(500), { kind: "unavailable", reason: "provider_unavailable" }],
  ["a redirect", api(302), { kind: "unavailable", reason: "provider_unavailable" }],
  ["something else entirely", "text", { kind: "unavailable", reason: "provider_unavailable" }],
  ["nothing", null, { kind: "unavailable", reason: "provider_unavailable" }],
  [
    "too many calls",
    api(429, "too_many_requests", { retryAfter: 7.2 }),
    { kind: "unavailable", reason: "rate_limited_unavailable", retryAfterSeconds: 8 },
  ],
  [
    "too many calls for a day",
    api(429, undefined, { retryAfter: 86_400 }),
    { kind: "unavailable", reason: "rate_limited_unavailable", retryAfterSeconds: 3600 },
  ],
  [
    "too many calls, and nonsense about when",
    api(429, undefined, { retryAfter: Number.NaN }),
    { kind: "unavailable", reason: "rate_limited_unavailable" },
  ],
  [
    "a timeout of theirs",
    api(408),
    { kind: "unavailable", reason: "provider_timeout_unavailable" },
  ],
  [
    "our key refused",
    api(401, "secret_key_invalid"),
    { kind: "unavailable", reason: "client_rejected_unavailable" },
  ],
  ["our rights refused", api(403), { kind: "unavailable", reason: "client_rejected_unavailable" }],
  [
    "a refusal we know",
    api(422, "form_identifier_exists"),
    { kind: "refused", reason: "form_identifier_exists", status: 422 },
  ],
  [
    "a refusal in their words",
    api(422, "whatever: user@x"),
    { kind: "refused", reason: "provider_refused", status: 422 },
  ],
  [
    "a refusal without words",
    api(400),
    { kind: "refused", reason: "provider_refused", status: 400 },
  ],
])("%s means what it means", (_what, error, expected) => {
  expect(failureOf(error)).toEqual(expected);
});

test("an authorization server's word is read, and its troubles are not the person's", () => {
  const oauth = (error: string) => Object.assign(new Error("x"), { status: 400, error });
  expect(failureOf(oauth("invalid_grant"))).toMatchObject({
    kind: "refused",
    reason: "invalid_grant",
  });
  expect(failureOf(oauth("invalid_client"))).toMatchObject({ kind: "unavailable" });
  expect(failureOf(oauth("temporarily_unavailable"))).toMatchObject({ kind: "unavailable" });
});

test("only Clerk's own 404 says that there is no such thing", () => {
  expect(isAbsent(api(404, "resource_not_found"))).toBe(true);
  expect([api(400), api(401), api(500), api(undefined)].some(isAbsent)).toBe(false);
});

test("a 404 without Clerk's code is a gateway's, and ends nothing", () => {
  expect(failureOf(api(404))).toEqual({ kind: "unavailable", reason: "provider_unavailable" });
  expect(isAbsent(api(404))).toBe(false);
});

test("nothing of what the vendor wrote gets into a reason", () => {
  const reasons = [api(422, "secret in a code"), api(400, "x".repeat(500))].map(rejectionOf);
  expect(JSON.stringify(reasons)).not.toMatch(/secret|xxx|wrote/);
});
