import { ALGORITHMS } from "./algorithms.ts";
import type { PublicJwk } from "./jwk.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";

/** A key in the form its verifier works with. Opaque to everyone else. */
export type VerificationKey = object;

/** Checks signatures. Both built-in ones give the same answers; only their speed differs. */
export interface SignatureVerifier {
  /** Null if the key cannot be used, for example a point that is not on its curve. Never throws. */
  importKey(
    jwk: PublicJwk,
    algorithm: AsymmetricAlgorithm,
  ): VerificationKey | null | Promise<VerificationKey | null>;
  /** Never throws: whatever cannot be checked is not a good signature. */
  verify(signed: {
    readonly algorithm: AsymmetricAlgorithm;
    readonly key: VerificationKey;
    /** ASCII. */
    readonly signingInput: string;
    readonly signature: Uint8Array<ArrayBuffer>;
  }): boolean | Promise<boolean>;
}

/**
 * Whether a signature can be one of this algorithm and of a key with signatures of `length` bytes: for
 * ECDSA two numbers of fixed length, neither of them zero (RFC 7518 §3.4).
 */
export function isPossibleSignature(
  signature: Uint8Array,
  { algorithm, length }: { readonly algorithm: AsymmetricAlgorithm; readonly length: number },
): boolean {
  // SECURITY: OpenSSL adds the zeros that are missing in front of an RSA-PSS signature, so one in 256
  // could be written in two ways, and one token would be two.
  if (signature.length !== length) return false;
  if (ALGORITHMS[algorithm].kty !== "EC") return true;
  const half = signature.length / 2;
  return !isZero(signature.subarray(0, half)) && !isZero(signature.subarray(half));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
