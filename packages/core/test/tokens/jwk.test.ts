import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ALGORITHM_NAMES } from "../../src/tokens/algorithms.ts";
import { publicKeyFor } from "../../src/tokens/jwk.ts";
import { base64url, signer } from "./kit.ts";

const rsa = signer("RS256");
const p256 = signer("ES256");
const p384 = signer("ES384");
const ed = signer("EdDSA");
const { alg: _rsaAlg, ...plainRsa } = rsa.jwk;

const suits = (jwk: Readonly<Record<string, unknown>>, alg: (typeof ALGORITHM_NAMES)[number]) =>
  publicKeyFor(jwk, alg) !== null;

describe("a key from a JWK", () => {
  test("is reduced to its public numbers", () => {
    expect(publicKeyFor({ ...rsa.jwk, x5c: ["…"] }, "RS256")).toEqual({
      kty: "RSA",
      n: rsa.jwk["n"],
      e: "AQAB",
    });
    expect(Object.keys(publicKeyFor(p256.jwk, "ES256") ?? {})).toEqual(["kty", "crv", "x", "y"]);
    expect(Object.keys(publicKeyFor(ed.jwk, "EdDSA") ?? {})).toEqual(["kty", "crv", "x"]);
  });

  test.each([
    ["RSA", plainRsa, ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]],
    ["P-256", { ...p256.jwk, alg: undefined }, ["ES256"]],
    ["P-384", { ...p384.jwk, alg: undefined }, ["ES384"]],
    ["Ed25519", { ...ed.jwk, alg: undefined }, ["EdDSA", "Ed25519"]],
  ])("of type %s without alg serves the algorithms of its type only", (_kty, jwk, expected) => {
    const { alg: _alg, ...bare } = jwk as Record<string, unknown>;
    expect(ALGORITHM_NAMES.filter((alg) => suits(bare, alg))).toEqual(expected);
  });

  test("with alg serves that one only", () => {
    expect(ALGORITHM_NAMES.filter((alg) => suits(rsa.jwk, alg))).toEqual(["RS256"]);
    expect(suits({ ...rsa.jwk, alg: null }, "RS256")).toBe(false);
    expect(suits({ ...rsa.jwk, alg: ["RS256"] }, "RS256")).toBe(false);
    expect(suits({ ...rsa.jwk, alg: "HS256" }, "RS256")).toBe(false);
  });

  test.each([
    ["use is for encryption", { use: "enc" }],
    ["use is no text", { use: ["sig"] }],
    ["key_ops lack verify", { key_ops: ["sign"] }],
    ["key_ops is a text", { key_ops: "verify" }],
    ["it is symmetric", { kty: "oct", k: "c2VjcmV0" }],
    ["it publishes a private exponent", { d: "AQAB" }],
    ["it publishes a prime", { p: "AQAB" }],
    ["it carries a symmetric key", { k: "c2VjcmV0" }],
    ["its modulus is missing", { n: undefined }],
    ["its modulus is not canonical", { n: `${String(rsa.jwk["n"])}=` }],
    ["its exponent is 1", { e: "AQ" }],
    ["its exponent is even", { e: "Ag" }],
    ["its exponent is zero", { e: "AA" }],
    ["its exponent is empty", { e: "" }],
    ["its exponent is huge", { e: base64url(Buffer.alloc(64, 1)) }],
    ["its type is another", { kty: "EC" }],
    ["its type is in another case", { kty: "rsa" }],
  ])("is refused when %s", (_what, change) => {
    expect(suits({ ...rsa.jwk, ...change }, "RS256")).toBe(false);
  });

  test("is accepted with key_ops that include verify", () => {
    expect(suits({ ...rsa.jwk, key_ops: ["verify"] }, "RS256")).toBe(true);
  });

  test.each([1024, 2040])("is refused with an RSA modulus of %i bits", (modulusLength) => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength });
    expect(suits(publicKey.export({ format: "jwk" }) as Record<string, unknown>, "RS256")).toBe(
      false,
    );
  });

  test("is refused with an RSA modulus that only leading zeros make long", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const { n = "" } = publicKey.export({ format: "jwk" });
    const padded = Buffer.concat([Buffer.alloc(128), Buffer.from(n, "base64url")]);
    expect(suits({ kty: "RSA", n: base64url(padded), e: "AQAB" }, "RS256")).toBe(false);
  });

  test("is refused with a modulus so large that a verification would be an attack", () => {
    const n = base64url(Buffer.alloc(1025, 0xff));
    expect(suits({ kty: "RSA", n, e: "AQAB" }, "RS256")).toBe(false);
  });

  test.each([
    ["another curve", { crv: "P-384" }],
    ["a curve that is no text", { crv: ["P-256"] }],
    ["a coordinate of another length", { x: base64url(Buffer.alloc(31, 1)) }],
    ["no second coordinate", { y: undefined }],
  ])("is refused when an EC key has %s", (_what, change) => {
    expect(suits({ ...p256.jwk, ...change }, "ES256")).toBe(false);
  });

  test("is refused when an Ed25519 key has another length", () => {
    expect(suits({ ...ed.jwk, x: base64url(Buffer.alloc(57, 1)) }, "EdDSA")).toBe(false);
  });
});
