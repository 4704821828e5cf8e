import { reject, ok, type Result } from "../internal/result.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { publicKeyFor, type RawJwk } from "./jwk.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";
import type { SignatureVerifier, VerificationKey } from "./signature.ts";

/** One key of a set. The same object as long as the set publishes the same key. */
export interface SigningKey {
  readonly kid: string | undefined;
  /** True once the set no longer publishes it: whatever it verified is void. */
  isRetired(): boolean;
  /** The key for this algorithm, imported once; null if it must not or cannot serve it. */
  keyFor(algorithm: AsymmetricAlgorithm): VerificationKey | null | Promise<VerificationKey | null>;
}

/** The keys of one JWK Set, found by `kid`. */
export interface KeyRing {
  /** Raised by one whenever a key came, went or changed. */
  readonly generation: number;
  readonly size: number;
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
  let generation = 0;
  return {
    get generation() {
      return generation;
    },
    get size() {
      return entries.length;
    },
    replace(jwks) {
      const before = new Map(entries.map((entry) => [entry.content, entry]));
      const contents = new Set<string>();
      const now: Entry[] = [];
      for (const jwk of jwks) {
        const content = contentOf(jwk);
        if (contents.has(content)) continue;
        contents.add(content);
        now.push(before.get(content) ?? createEntry(jwk, content, signatures));
      }
      const gone = entries.filter((entry) => !contents.has(entry.content));
      for (const entry of gone) entry.retire();
      if (gone.length > 0 || now.length !== entries.length) generation += 1;
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

function createEntry(jwk: RawJwk, content: string, signatures: SignatureVerifier): Entry {
  const { kid } = jwk as { readonly kid?: unknown };
  const imported = new Map<
    AsymmetricAlgorithm,
    VerificationKey | null | Promise<VerificationKey | null>
  >();
  let retired = false;
  return {
    kid: typeof kid === "string" && kid !== "" ? kid : undefined,
    content,
    isRetired: () => retired,
    retire() {
      retired = true;
    },
    suits: (algorithm) => publicKeyFor(jwk, algorithm) !== null,
    keyFor(algorithm) {
      const known = imported.get(algorithm);
      if (known !== undefined) return known;
      const publicJwk = publicKeyFor(jwk, algorithm);
      const key = publicJwk === null ? null : signatures.importKey(publicJwk, algorithm);
      imported.set(algorithm, key);
      return key;
    },
  };
}

/** What a key is, as text: two publications of the same key compare equal whatever their order. */
function contentOf(jwk: RawJwk): string {
  const members = ["kid", "kty", "alg", "use", "key_ops", "crv", "x", "y", "n", "e"];
  return JSON.stringify([
    ...members.map((name) => jwk[name]),
    // A set that starts to publish a private member changes the key: it is then refused.
    Object.keys(ALGORITHMS).map((alg) => publicKeyFor(jwk, alg as AsymmetricAlgorithm) !== null),
  ]);
}
