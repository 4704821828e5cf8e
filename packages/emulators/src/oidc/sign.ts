import { createPublicKey } from "node:crypto";
import { base64url, CompactSign, importJWK } from "jose";
import { publicJwk, type SigningAlgorithm, type SigningKeys } from "./keys.ts";

/**
 * The key a token is signed with: `current` is in the published set, `previous` was before the last
 * rotation, `rogue` never was, `none` leaves the signature out, and `hmac-public` uses the
 * public key's PEM text as a shared secret (RFC 8725 §2.1).
 */
export type SignKey = "current" | "previous" | "rogue" | "none" | "hmac-public";

/** A token to mint, honest or forged. Nothing is added to the claims. */
export interface SignRequest {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Laid over `{ alg, kid }`; a member of value `undefined` is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Default: `current`. */
  readonly key?: SignKey;
  /** Default: RS256. */
  readonly algorithm?: SigningAlgorithm;
}

/** The keys that tokens can be signed with. */
export interface KeyRing {
  readonly current: SigningKeys;
  readonly previous: SigningKeys | undefined;
  /** Made when first asked for, since few runs need it. */
  readonly rogue: () => Promise<SigningKeys>;
}

/** Signs a token. Throws `TypeError` for `previous` before any rotation. */
export async function signToken(ring: KeyRing, request: SignRequest): Promise<string> {
  const { claims, key = "current", algorithm = "RS256" } = request;
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  const { kid = "" } = ring.current[algorithm];

  if (key === "none") {
    const header = JSON.stringify({ alg: "none", typ: "JWT", ...request.header });
    return `${base64url.encode(header)}.${base64url.encode(payload)}.`;
  }
  if (key === "hmac-public") {
    const jwk = publicJwk(ring.current[algorithm]);
    const pem = createPublicKey({ key: { ...jwk }, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    const header = { alg: "HS256", kid, ...request.header };
    return new CompactSign(payload)
      .setProtectedHeader(header)
      .sign(new TextEncoder().encode(String(pem)));
  }

  const keys = key === "rogue" ? await ring.rogue() : ring[key];
  if (keys === undefined) throw new TypeError("there is no previous key before a rotation");
  // A forger names a key that the verifier knows, so the rogue key borrows the current `kid`.
  const ownKid = key === "rogue" ? kid : keys[algorithm].kid;
  return new CompactSign(payload)
    .setProtectedHeader({ alg: algorithm, kid: ownKid, ...request.header } as { alg: string })
    .sign(await importJWK(keys[algorithm], algorithm));
}
