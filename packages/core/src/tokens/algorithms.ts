import type { AsymmetricAlgorithm } from "./profile.ts";

/** What an algorithm demands of a key and of a signature (RFC 7518 §3, RFC 8037 §3). */
export interface AlgorithmFacts {
  readonly kty: "RSA" | "EC" | "OKP";
  /** The only curve, for EC and OKP. */
  readonly crv?: "P-256" | "P-384" | "P-521" | "Ed25519";
  readonly hash?: "SHA-256" | "SHA-384" | "SHA-512";
  readonly padding?: "pkcs1" | "pss";
  /** The exact length in bytes, where it does not depend on the key. */
  readonly signatureLength?: number;
}

const ED25519 = { kty: "OKP", crv: "Ed25519", signatureLength: 64 } as const;

/** Every algorithm this engine knows. Symmetric ones and `none` are not among them. */
export const ALGORITHMS: Readonly<Record<AsymmetricAlgorithm, AlgorithmFacts>> = {
  RS256: { kty: "RSA", hash: "SHA-256", padding: "pkcs1" },
  RS384: { kty: "RSA", hash: "SHA-384", padding: "pkcs1" },
  RS512: { kty: "RSA", hash: "SHA-512", padding: "pkcs1" },
  PS256: { kty: "RSA", hash: "SHA-256", padding: "pss" },
  PS384: { kty: "RSA", hash: "SHA-384", padding: "pss" },
  PS512: { kty: "RSA", hash: "SHA-512", padding: "pss" },
  ES256: { kty: "EC", crv: "P-256", hash: "SHA-256", signatureLength: 64 },
  ES384: { kty: "EC", crv: "P-384", hash: "SHA-384", signatureLength: 96 },
  ES512: { kty: "EC", crv: "P-521", hash: "SHA-512", signatureLength: 132 },
  EdDSA: ED25519,
  Ed25519: ED25519,
};

/** Their names. */
export const ALGORITHM_NAMES: readonly AsymmetricAlgorithm[] =
  Object.keys(ALGORITHMS).filter(isAsymmetric);

/** Whether a header's `alg` names an algorithm that a profile could allow. */
export function isAsymmetric(alg: unknown): alg is AsymmetricAlgorithm {
  return typeof alg === "string" && Object.hasOwn(ALGORITHMS, alg);
}
