import { createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
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

/**
 * Signs a token, whatever its header says: a forger is not held to what a library would write. Throws
 * `TypeError` for `previous` before any rotation.
 */
export async function signToken(ring: KeyRing, request: SignRequest): Promise<string> {
  const { claims, key = "current", algorithm = "RS256" } = request;
  const { kid } = ring.current[algorithm];
  const assemble = (header: object, signatureOf: (input: string) => Buffer): string => {
    const parts = [{ ...header, ...request.header }, claims];
    const input = parts.map((part) => base64Url(JSON.stringify(part))).join(".");
    return `${input}.${signatureOf(input).toString("base64url")}`;
  };

  if (key === "none") return assemble({ alg: "none", typ: "JWT" }, () => Buffer.alloc(0));
  if (key === "hmac-public") {
    const jwk = publicJwk(ring.current[algorithm]);
    const pem = createPublicKey({ key: { ...jwk }, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    return assemble({ alg: "HS256", kid }, (input) =>
      createHmac("sha256", String(pem)).update(input).digest(),
    );
  }

  const keys = key === "rogue" ? await ring.rogue() : ring[key];
  if (keys === undefined) throw new TypeError("there is no previous key before a rotation");
  // A forger names a key that the verifier knows, so the rogue key borrows the current `kid`.
  const ownKid = key === "rogue" ? kid : keys[algorithm].kid;
  const privateKey = createPrivateKey({ key: { ...keys[algorithm] }, format: "jwk" });
  // RFC 7518 §3.4: the two numbers of an ECDSA signature side by side, not in DER.
  const signer = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return assemble({ alg: algorithm, kid: ownKid }, (input) =>
    sign("sha256", Buffer.from(input), signer),
  );
}

function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
