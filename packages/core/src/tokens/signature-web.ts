import { encodeAscii } from "../internal/encoding.ts";
import { ALGORITHMS } from "./algorithms.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";
import type { SignatureVerifier } from "./signature.ts";

const SALT_LENGTH = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 } as const;

/** Verifies with WebCrypto, for runtimes without `node:crypto`. */
export function createWebSignatureVerifier(): SignatureVerifier {
  return {
    async importKey(jwk, algorithm) {
      try {
        return await crypto.subtle.importKey("jwk", jwk, importParams(algorithm), false, [
          "verify",
        ]);
      } catch {
        return null;
      }
    },
    async verify({ algorithm, key, signingInput, signature }) {
      if (!(key instanceof CryptoKey)) return false;
      try {
        return await crypto.subtle.verify(
          verifyParams(algorithm),
          key,
          signature,
          encodeAscii(signingInput),
        );
      } catch {
        return false;
      }
    },
  };
}

function importParams(
  algorithm: AsymmetricAlgorithm,
): Algorithm | RsaHashedImportParams | EcKeyImportParams {
  const { kty, crv, hash, padding } = ALGORITHMS[algorithm];
  if (kty === "OKP") return { name: "Ed25519" };
  if (kty === "EC") return { name: "ECDSA", namedCurve: crv ?? "" };
  return { name: padding === "pss" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: hash ?? "" };
}

function verifyParams(algorithm: AsymmetricAlgorithm): Algorithm | RsaPssParams | EcdsaParams {
  const { kty, hash, padding } = ALGORITHMS[algorithm];
  if (kty === "OKP") return { name: "Ed25519" };
  if (kty === "EC") return { name: "ECDSA", hash: hash ?? "" };
  return padding === "pss" && hash !== undefined
    ? { name: "RSA-PSS", saltLength: SALT_LENGTH[hash] }
    : { name: "RSASSA-PKCS1-v1_5" };
}
