import { describe, expect, test } from "vitest";
import { ConnectionInvalid, failureOf, MetadataUnavailable } from "../src/errors.ts";

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error("secret text"), { code, ...more });

describe("what an error of a call to the issuer means", () => {
  test.each<[string, unknown, string]>([
    ["the network", new TypeError("fetch failed"), "unavailable: provider_unavailable"],
    [
      "a guard",
      Object.assign(new Error("x"), { name: "FetchRefused" }),
      "unavailable: provider_unavailable",
    ],
    ["a thrown text", "boom", "unavailable: provider_unavailable"],
    ["nothing", undefined, "unavailable: provider_unavailable"],
    ["a code nobody knows", coded("OAUTH_SOMETHING_NEW"), "unavailable: provider_unavailable"],
    ["a code that every object has", coded("constructor"), "unavailable: provider_unavailable"],
    ["an odd answer", coded("OAUTH_RESPONSE_IS_NOT_CONFORM"), "unavailable: provider_unavailable"],
    ["a timeout", coded("OAUTH_TIMEOUT"), "unavailable: provider_timeout"],
    ["an abort", coded("OAUTH_ABORT"), "unavailable: provider_timeout"],
    ["metadata", new MetadataUnavailable("metadata_malformed"), "unavailable: metadata_malformed"],
    ["a row", new ConnectionInvalid("connection_invalid"), "unavailable: connection_invalid"],
    [
      "a challenge",
      coded("OAUTH_WWW_AUTHENTICATE_CHALLENGE", { status: 401 }),
      "unavailable: client_rejected",
    ],
    ["state or iss", coded("OAUTH_INVALID_RESPONSE"), "refused: response_invalid"],
    [
      "an ID token claim",
      coded("OAUTH_JWT_CLAIM_COMPARISON_FAILED"),
      "refused: id_token_claim_mismatch",
    ],
    ["an ID token time", coded("OAUTH_JWT_TIMESTAMP_CHECK_FAILED"), "refused: id_token_expired"],
    [
      "another subject",
      coded("OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED"),
      "refused: response_attribute_mismatch",
    ],
    ["a foreign algorithm", coded("OAUTH_UNSUPPORTED_OPERATION"), "refused: id_token_unsupported"],
    [
      "a refusal in the callback",
      coded("OAUTH_AUTHORIZATION_RESPONSE_ERROR", { error: "access_denied" }),
      "refused: access_denied",
    ],
    [
      "trouble in the callback",
      coded("OAUTH_AUTHORIZATION_RESPONSE_ERROR", { error: "server_error" }),
      "unavailable: provider_unavailable",
    ],
    [
      "a used code",
      coded("OAUTH_RESPONSE_BODY_ERROR", { error: "invalid_grant", status: 400 }),
      "refused: invalid_grant",
    ],
    [
      "a server error with a word",
      coded("OAUTH_RESPONSE_BODY_ERROR", { error: "invalid_grant", status: 503 }),
      "unavailable: provider_unavailable",
    ],
    [
      "too many requests",
      coded("OAUTH_RESPONSE_BODY_ERROR", { error: "slow_down", status: 429 }),
      "unavailable: provider_unavailable",
    ],
    [
      "our own registration",
      coded("OAUTH_RESPONSE_BODY_ERROR", { error: "invalid_client", status: 400 }),
      "unavailable: client_rejected",
    ],
    [
      "a word nobody knows",
      coded("OAUTH_RESPONSE_BODY_ERROR", { error: "Ada is not welcome", status: 400 }),
      "refused: provider_refused",
    ],
  ])("%s", (_name, error, expected) => {
    const { kind, reason } = failureOf(error);
    expect(`${kind}: ${reason}`).toBe(expected);
  });

  test("never carries the issuer's or the library's own words", () => {
    const error = coded("OAUTH_AUTHORIZATION_RESPONSE_ERROR", {
      error: "x",
      error_description: "ada@acme.example",
    });
    expect(JSON.stringify(failureOf(error))).toBe('{"kind":"refused","reason":"provider_refused"}');
  });

  test.each([
    ["7", 7],
    ["  30 ", 30],
    ["soon", undefined],
    ["-1", undefined],
    ["1e9", undefined],
  ])("a Retry-After of %j", (value, expected) => {
    const response = new Response(null, { headers: { "retry-after": value } });
    const error = coded("OAUTH_RESPONSE_BODY_ERROR", { error: "slow_down", status: 429, response });
    expect(failureOf(error).retryAfterSeconds).toBe(expected);
  });
});
