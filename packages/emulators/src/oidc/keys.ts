import { exportJWK, generateKeyPair, type JWK } from "jose";

/** The algorithms that the emulator signs with. */
export type SigningAlgorithm = "RS256" | "ES256";

/** One private key per algorithm, as JWKs with `kid`, `alg` and `use`. */
export interface SigningKeys {
  readonly RS256: JWK;
  readonly ES256: JWK;
}

/** Makes fresh keys. They live in memory only and die with the process. */
export async function generateSigningKeys(): Promise<SigningKeys> {
  const [RS256, ES256] = await Promise.all([generateKey("RS256"), generateKey("ES256")]);
  return { RS256, ES256 };
}

async function generateKey(alg: SigningAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `${alg.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`;
  return { ...(await exportJWK(privateKey)), kid, alg, use: "sig" };
}

/** The parts of a key that anybody may see. */
export function publicJwk(key: JWK): JWK {
  const { kty, kid, alg, use, crv, n, e, x, y } = key;
  const all = { kty, kid, alg, use, crv, n, e, x, y };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JWK;
}
