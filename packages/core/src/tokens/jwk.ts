import { decodeBase64Url } from "../internal/encoding.ts";
import { ALGORITHMS } from "./algorithms.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";

/** A public key in JWK form, reduced to the members that make it. */
export type PublicJwk = Readonly<Record<string, string>> & { readonly kty: "RSA" | "EC" | "OKP" };

/** A JWK as received: members of unknown types. */
export type RawJwk = Readonly<Record<string, unknown>>;

const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;
const COORDINATE_BYTES: Readonly<Record<string, number>> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
};
/** Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4). */
const SECRET_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

/**
 * The public key in a JWK if it may verify signatures of this algorithm, else null: type, curve,
 * `alg`, `use` and `key_ops` must agree with the algorithm, RSA needs 2048 bits, and a key set that
 * publishes private members is not believed (RFC 7517 §4, RFC 8725 §3.1).
 */
export function publicKeyFor(jwk: RawJwk, algorithm: AsymmetricAlgorithm): PublicJwk | null {
  const facts = ALGORITHMS[algorithm];
  // SECURITY: the key's type and its `alg` bind it; the token's header may only agree.
  if (jwk["kty"] !== facts.kty) return null;
  if (jwk["alg"] !== undefined && jwk["alg"] !== algorithm) return null;
  if (jwk["use"] !== undefined && jwk["use"] !== "sig") return null;
  const operations = jwk["key_ops"];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    return null;
  }
  if (SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return null;
  return facts.kty === "RSA" ? rsaKey(jwk) : curveKey(jwk, facts.kty, facts.crv ?? "");
}

/**
 * How many bytes each signature of this key has: those of its modulus for RSA (RFC 8017 §8.1.2 and
 * §8.2.2), a fixed number for the others.
 */
export function signatureLengthOf(key: PublicJwk, algorithm: AsymmetricAlgorithm): number {
  const { signatureLength } = ALGORITHMS[algorithm];
  if (signatureLength !== undefined) return signatureLength;
  return Math.ceil(bitLength(decodeBase64Url(key["n"] ?? "") ?? new Uint8Array()) / 8);
}

function rsaKey(jwk: RawJwk): PublicJwk | null {
  const { n, e } = jwk as { n?: unknown; e?: unknown };
  if (typeof n !== "string" || typeof e !== "string") return null;
  const modulus = decodeBase64Url(n);
  const exponent = decodeBase64Url(e);
  if (modulus === null || exponent === null) return null;
  const bits = bitLength(modulus);
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return null;
  // With an exponent of 1 everything is its own signature; an even one is no RSA key at all.
  if (bitLength(exponent) < 2 || bitLength(exponent) > 33 || isEven(exponent)) return null;
  return { kty: "RSA", n, e };
}

function curveKey(jwk: RawJwk, kty: "EC" | "OKP", crv: string): PublicJwk | null {
  if (jwk["crv"] !== crv) return null;
  const { x, y } = jwk as { x?: unknown; y?: unknown };
  const length = COORDINATE_BYTES[crv] ?? 32;
  if (typeof x !== "string" || decodeBase64Url(x)?.length !== length) return null;
  if (kty === "OKP") return { kty, crv, x };
  if (typeof y !== "string" || decodeBase64Url(y)?.length !== length) return null;
  return { kty, crv, x, y };
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (bytes.length - first) * 8 - (Math.clz32(bytes[first] ?? 0) - 24);
}

function isEven(bytes: Uint8Array): boolean {
  return ((bytes.at(-1) ?? 0) & 1) === 0;
}
