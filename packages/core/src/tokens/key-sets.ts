import { createLru } from "../internal/lru.ts";
import { createFixedKeySet, createKeySet, type KeySet, type KeySetOptions } from "./key-set.ts";
import type { TokenProfile } from "./profile.ts";
import type { InstanceProvider } from "./provider-instance.ts";

/** All key sets of one auth instance: one per provider and URL. */
export interface KeySets {
  for(provider: InstanceProvider, keys: TokenProfile["keys"]): KeySet;
  clear(): void;
}

/** Customers' connections may bring many; those unused for longest are forgotten. */
const MAX_KEY_SETS = 10_000;

/** Makes an empty {@link KeySets}. */
export function createKeySets(options: KeySetOptions): KeySets {
  const remote = createLru<KeySet>(MAX_KEY_SETS);
  const fixed = new WeakMap<object, KeySet>();
  return {
    for(provider, keys) {
      if ("jwks" in keys) {
        const known = fixed.get(keys.jwks);
        if (known !== undefined) return known;
        const made = createFixedKeySet(
          keys.jwks.keys.map((key) => ({ ...key })),
          options.signatures,
        );
        fixed.set(keys.jwks, made);
        return made;
      }
      // Not shared between providers: what one may fetch, another may have to refuse.
      const id = `${provider.instance} ${keys.jwksUri}`;
      const known = remote.get(id);
      if (known !== undefined) return known;
      const made = createKeySet(keys.jwksUri, {
        ...options,
        fetch: provider.fetch ?? options.fetch,
        provider: { vendor: provider.vendor, instance: provider.instance },
      });
      remote.set(id, made);
      return made;
    },
    clear() {
      remote.clear();
    },
  };
}
