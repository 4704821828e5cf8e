import { reject, ok, type Result } from "../internal/result.ts";
import { ALGORITHM_NAMES } from "./algorithms.ts";
import { publicKeyFor, signatureLengthOf, type PublicJwk, type RawJwk } from "./jwk.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";
import type { SignatureVerifier, VerificationKey } from "./signature.ts";

/** One key of a set. The same object as long as the set publishes the same key. */
export interface SigningKey {
  readonly kid: string | undefined;
  /** True once the set no longer publishes it: whatever it verified is void. */
  isRetired(): boolean;
  /** The key for this algorithm, imported once; null if it must not or cannot serve it. */
  keyFor(algorithm: AsymmetricAlgorithm): VerificationKey | null | Promise<VerificationKey | null>;
  /** How many bytes its signatures by this algorithm have; 0 if it must not serve it. */
  signatureLength(algorithm: AsymmetricAlgorithm): number;
}

/** The keys of one JWK Set, found by `kid`. */
export interface KeyRing {
  /** Takes what the set publishes now. Keys that are gone or changed are retired. */
  replace(jwks: readonly RawJwk[]): void;
  hasKid(kid: string): boolean;
  /** The one key that suits, `key_unknown` for none, `key_ambiguous` for several. */
  pick(kid: string | undefined, algorithm: AsymmetricAlgorithm): Result<SigningKey>;
}

interface Entry extends SigningKey {
  readonly content: string;
  suits(algorithm: AsymmetricAlgorithm): boolean;
  retire(): void;
}

/** Makes an empty {@link KeyRing}. */
export function createKeyRing(signatures: SignatureVerifier): KeyRing {
  let entries: readonly Entry[] = [];
  return {
    replace(jwks) {
      const before = new Map(entries.map((entry) => [entry.content, entry]));
      // A key that is published twice stays there twice: whoever means it is refused as ambiguous.
      const now = jwks.map((jwk) => {
        const described = describe(jwk);
        return before.get(described.content) ?? createEntry(jwk, described, signatures);
      });
      const kept = new Set(now.map((entry) => entry.content));
      for (const entry of entries) if (!kept.has(entry.content)) entry.retire();
      entries = now;
    },
    hasKid(kid) {
      return entries.some((entry) => entry.kid === kid);
    },
    pick(kid, algorithm) {
      const suitable = entries.filter(
        (entry) => (kid === undefined || entry.kid === kid) && entry.suits(algorithm),
      );
      const [only] = suitable;
      if (only === undefined) return reject("key_unknown");
      // SECURITY: no trying around; a token that does not say which key it means is refused.
      return suitable.length === 1 ? ok(only) : reject("key_ambiguous");
    },
  };
}

function createEntry(
  jwk: RawJwk,
  { content, publicKeys }: Described,
  signatures: SignatureVerifier,
): Entry {
  const { kid } = jwk as { readonly kid?: unknown };
  const imported = new Map<AsymmetricAlgorithm, ReturnType<SignatureVerifier["importKey"]>>();
  const lengths = new Map(
    Array.from(publicKeys, ([algorithm, key]) => [algorithm, signatureLengthOf(key, algorithm)]),
  );
  let retired = false;
  return {
    kid: typeof kid === "string" && kid !== "" ? kid : undefined,
    content,
    isRetired: () => retired,
    retire() {
      retired = true;
    },
    suits: (algorithm) => publicKeys.has(algorithm),
    keyFor(algorithm) {
      const known = imported.get(algorithm);
      if (known !== undefined) return known;
      const publicKey = publicKeys.get(algorithm);
      const key = publicKey === undefined ? null : signatures.importKey(publicKey, algorithm);
      imported.set(algorithm, key);
      return key;
    },
    signatureLength: (algorithm) => lengths.get(algorithm) ?? 0,
  };
}

interface Described {
  /** What the key is, as text: two publications of the same key compare equal whatever their order. */
  readonly content: string;
  /** The key for each algorithm that it may serve. */
  readonly publicKeys: ReadonlyMap<AsymmetricAlgorithm, PublicJwk>;
}

function describe(jwk: RawJwk): Described {
  const publicKeys = new Map<AsymmetricAlgorithm, PublicJwk>();
  for (const algorithm of ALGORITHM_NAMES) {
    const publicKey = publicKeyFor(jwk, algorithm);
    if (publicKey !== null) publicKeys.set(algorithm, publicKey);
  }
  const { kid } = jwk as { readonly kid?: unknown };
  // SECURITY: by what it may do and not only by its numbers: a key that is now marked for
  // encryption, or published with its private half, is another key.
  return { content: JSON.stringify([kid, [...publicKeys]]), publicKeys };
}
