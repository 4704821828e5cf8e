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
 * Whether a signature can be one of this algorithm at all: for ECDSA two numbers of fixed length,
 * neither of them zero (RFC 7518 §3.4), for Ed25519 64 bytes.
 */
export function isPossibleSignature(
  algorithm: AsymmetricAlgorithm,
  signature: Uint8Array,
): boolean {
  const { kty, signatureLength } = ALGORITHMS[algorithm];
  if (signatureLength !== undefined && signature.length !== signatureLength) return false;
  if (kty !== "EC") return signature.length > 0;
  const half = signature.length / 2;
  return !isZero(signature.subarray(0, half)) && !isZero(signature.subarray(half));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
