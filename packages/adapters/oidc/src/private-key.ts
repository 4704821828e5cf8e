import type { CryptoKey, PrivateKey } from "openid-client";
import { ConnectionInvalid } from "./errors.ts";

/** A private JSON Web Key, as its owner gave it. */
export type PrivateJwk = Readonly<Record<string, unknown>>;

/** By `alg` of the key. RFC 9864 §2.2 has replaced "EdDSA", which did not name its curve. */
const ALGORITHMS: Readonly<Record<string, RsaHashedImportParams | EcKeyImportParams | Algorithm>> =
  {
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    RS384: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" },
    RS512: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
    PS256: { name: "RSA-PSS", hash: "SHA-256" },
    PS384: { name: "RSA-PSS", hash: "SHA-384" },
    PS512: { name: "RSA-PSS", hash: "SHA-512" },
    ES256: { name: "ECDSA", namedCurve: "P-256" },
    ES384: { name: "ECDSA", namedCurve: "P-384" },
    ES512: { name: "ECDSA", namedCurve: "P-521" },
    Ed25519: { name: "Ed25519" },
  };

/** What {@link isPrivateJwk} asks for, for error messages. */
export const PRIVATE_JWK = `a private JSON Web Key with "kty", "d" and "alg" (one of ${Object.keys(ALGORITHMS).join(", ")})`;

/** Whether a value is a private key that can sign client assertions (RFC 7517 §4, RFC 7523 §3). */
export function isPrivateJwk(value: unknown): value is PrivateJwk {
  if (typeof value !== "object" || value === null) return false;
  const { kty, d, alg } = value as { readonly [name in "kty" | "d" | "alg"]?: unknown };
  const isKnown = typeof alg === "string" && Object.hasOwn(ALGORITHMS, alg);
  return isKnown && typeof kty === "string" && kty !== "oct" && typeof d === "string";
}

/** Imports a key for signing. Throws {@link ConnectionInvalid} if its numbers make no key. */
export async function importPrivateKey(jwk: PrivateJwk): Promise<CryptoKey | PrivateKey> {
  const { alg, kid, key_ops: _operations, use: _use, ...numbers } = jwk;
  const algorithm = typeof alg === "string" ? ALGORITHMS[alg] : undefined;
  try {
    if (algorithm === undefined) throw new TypeError("the algorithm is unknown");
    const key = await crypto.subtle.importKey("jwk", numbers, algorithm, false, ["sign"]);
    return typeof kid === "string" ? { key, kid } : key;
  } catch {
    // The runtime's own message may quote the key.
    throw new ConnectionInvalid("connection_invalid");
  }
}
