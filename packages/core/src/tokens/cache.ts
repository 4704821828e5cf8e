import type { Clock } from "../internal/clock.ts";
import { createLru } from "../internal/lru.ts";
import type { EpochStamp } from "./epochs.ts";
import type { KeySet } from "./key-set.ts";
import type { SigningKey } from "./keys.ts";
import type { Route } from "./issuers.ts";

/** A verified token and everything that must still hold for it to count. */
export interface CacheEntry<T> {
  readonly value: T;
  /** The earliest of: end of the entry's own life, of the token, of its allowed age. */
  readonly validUntilMs: number;
  readonly notBeforeMs: number;
  readonly key: SigningKey;
  readonly keySet: KeySet;
  readonly route: Route;
  readonly stamp: EpochStamp;
}

/**
 * Verified tokens, under a hash of everything that the verdict depended on. Only good ones: a
 * stranger cannot fill it. Its keys and values hold no token.
 */
export interface TokenCache<T> {
  /** The entry, if all but its epochs still holds. */
  get(key: string): CacheEntry<T> | undefined;
  set(key: string, entry: CacheEntry<T>): void;
  delete(key: string): void;
  clear(): void;
}

/** How long an entry lives at most. */
export const MAX_CACHED_MS = 5 * 60_000;

/** Makes an empty {@link TokenCache}. */
export function createTokenCache<T>(capacity: number, nowMs: Clock): TokenCache<T> {
  const entries = createLru<CacheEntry<T>>(capacity);
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const now = nowMs();
      // SECURITY: each line is a way in which a token that was good stops being good.
      if (
        now < entry.validUntilMs &&
        now >= entry.notBeforeMs &&
        !entry.key.isRetired() &&
        entry.keySet.isUsable() &&
        entry.route.isCurrent()
      ) {
        return entry;
      }
      entries.delete(key);
      return undefined;
    },
    set: (key, entry) => {
      entries.set(key, entry);
    },
    delete: (key) => {
      entries.delete(key);
    },
    clear: () => {
      entries.clear();
    },
  };
}

/**
 * The text whose hash is a cache key: the whole credential and what it was verified for. The length
 * of the resource keeps the parts apart, so that no two questions share a key.
 */
export function cacheQuestion(
  credential: string,
  purpose: string,
  resource: string | undefined,
): string {
  const audience = resource === undefined ? "-" : `${resource.length}:${resource}`;
  return `${purpose} ${audience} ${credential}`;
}
