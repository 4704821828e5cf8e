import type { Clock } from "../internal/clock.ts";

/** Allows a burst, then one every so often. */
export interface TokenBucket {
  take(): boolean;
}

/** Makes a full {@link TokenBucket}. */
export function createTokenBucket(options: {
  readonly capacity: number;
  readonly refillMs: number;
  readonly nowMs: Clock;
}): TokenBucket {
  const { capacity, refillMs, nowMs } = options;
  let tokens = capacity;
  let countedAtMs = nowMs();
  return {
    take() {
      const now = nowMs();
      if (now < countedAtMs) countedAtMs = now; // the clock was set back
      const gained = Math.floor((now - countedAtMs) / refillMs);
      if (gained > 0) {
        tokens = Math.min(capacity, tokens + gained);
        countedAtMs += gained * refillMs;
      }
      if (tokens === 0) return false;
      // A full bucket does not save up: the wait for the next token starts when one is taken.
      if (tokens === capacity) countedAtMs = now;
      tokens -= 1;
      return true;
    },
  };
}
