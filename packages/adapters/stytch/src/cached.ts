import { failureOf } from "./errors.ts";

/** Looks something up by its name, and remembers it for a while. */
export interface Cached<T> {
  /** Throws what the look-up throws, if there is nothing good enough to fall back on. */
  get(name: string, nowMs: number): Promise<T>;
}

interface Entry<T> {
  readonly value: T;
  readonly atMs: number;
}

/** For how long the last answer serves while Stytch gives none. */
const STALE_MS = 60 * 60_000;
const MAX_ENTRIES = 1000;

/**
 * Makes a {@link Cached}: one look-up at a time for a name, and the last good answer through an outage
 * of at most an hour. A "no" is never covered up by an older "yes".
 */
export function createCached<T>(
  lookUp: (name: string) => Promise<T>,
  { freshMs }: { readonly freshMs: number },
): Cached<T> {
  const known = new Map<string, Entry<T>>();
  const asking = new Map<string, Promise<T>>();

  const ask = async (name: string, nowMs: number): Promise<T> => {
    try {
      const value = await lookUp(name);
      known.delete(name);
      known.set(name, { value, atMs: nowMs });
      const [oldest] = known.keys();
      if (known.size > MAX_ENTRIES && oldest !== undefined) known.delete(oldest);
      return value;
    } finally {
      asking.delete(name);
    }
  };

  return {
    async get(name, nowMs) {
      const before = known.get(name);
      const ageMs = before === undefined ? Infinity : nowMs - before.atMs;
      if (before !== undefined && ageMs >= 0 && ageMs < freshMs) return before.value;
      const asked = asking.get(name) ?? ask(name, nowMs);
      asking.set(name, asked);
      try {
        return await asked;
      } catch (error) {
        const isDown = failureOf(error).kind === "unavailable";
        if (isDown && before !== undefined && ageMs < STALE_MS) return before.value;
        throw error;
      }
    },
  };
}
