import { generateSigningKeys, publicJwk, type SigningKeys } from "./keys.ts";
import type { KeyRing } from "./sign.ts";

/** What a test can do to an emulator's signing keys. */
export interface KeyControls {
  /** New signing keys. The old ones stay published unless `keepOld` is false. */
  rotateKeys(how?: { readonly keepOld?: boolean }): Promise<void>;
  /** Key ids in the published set, newest first. */
  publishedKeyIds(): readonly string[];
}

/** An emulator's signing keys through their rotations. */
export interface KeyCycle {
  /** The keys of now, to sign with. */
  readonly ring: () => KeyRing;
  /** The public keys that verifiers may see. */
  readonly published: () => ReturnType<typeof publicJwk>[];
  readonly controls: KeyControls;
}

/** Makes the first keys. */
export async function createKeyCycle(): Promise<KeyCycle> {
  let current = await generateSigningKeys();
  let published: readonly SigningKeys[] = [current];
  let previous: SigningKeys | undefined;
  let rogue: Promise<SigningKeys> | undefined;
  return {
    ring: () => ({ current, previous, rogue: () => (rogue ??= generateSigningKeys()) }),
    published: () => published.map(({ RS256 }) => publicJwk(RS256)),
    controls: {
      async rotateKeys(how) {
        const fresh = await generateSigningKeys();
        previous = current;
        current = fresh;
        published = how?.keepOld === false ? [fresh] : [fresh, ...published];
      },
      publishedKeyIds: () =>
        published.flatMap(({ RS256: { kid } }) => (kid === undefined ? [] : kid)),
    },
  };
}
