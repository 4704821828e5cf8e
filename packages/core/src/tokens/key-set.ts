import type { Clock } from "../internal/clock.ts";
import { createLru } from "../internal/lru.ts";
import { reject, type Rejection, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import { observe } from "../telemetry/observe.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { RawJwk } from "./jwk.ts";
import { fetchJwks } from "./jwks.ts";
import { createKeyRing, type SigningKey } from "./keys.ts";
import type { AsymmetricAlgorithm } from "./profile.ts";
import type { SignatureVerifier } from "./signature.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The key that a token means. Refuses with `key_unknown`, `key_ambiguous`, or `keys_unavailable`
   * where it could not be found out.
   */
  find(kid: string | undefined, algorithm: AsymmetricAlgorithm): Promise<Result<SigningKey>>;
  /** False once the keys are older than an outage may make them: what they verified is void. */
  isUsable(): boolean;
}

/** How a remote key set behaves. */
export interface KeySetOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly nowMs: Clock;
  readonly log: Log;
  readonly signatures: SignatureVerifier;
  /** For how long the last good keys serve through an outage, beyond their ten minutes. Default one hour. */
  readonly staleIfErrorSeconds?: number;
  readonly timeoutMs?: number;
  readonly telemetry?: Telemetry | undefined;
  /** Whose keys they are, for the telemetry. */
  readonly provider?: { readonly vendor: string; readonly instance: string };
}

/** Up to this age keys are used without asking. */
const FRESH_MS = 5 * 60_000;
/** Up to this age they are used while a refresh runs behind; a removed key is gone after it. */
const MAX_AGE_MS = 10 * 60_000;
const DEFAULT_STALE_IF_ERROR_SECONDS = 60 * 60;
const DEFAULT_TIMEOUT_MS = 5000;
const GHOST_MS = 60_000;
const MAX_GHOSTS = 256;
/** Wait after a failed refresh: short after the first, so that a hiccup is over soon. */
const FIRST_RETRY_MS = 1000;
const RETRY_MS = 5000;
/** After a failure no older than this the issuer counts as down, and nobody waits for the next try. */
const OUTAGE_MS = 60_000;

/** Keys that the configuration holds. They never change. */
export function createFixedKeySet(jwks: readonly RawJwk[], signatures: SignatureVerifier): KeySet {
  const ring = createKeyRing(signatures);
  ring.replace(jwks);
  return {
    isUsable: () => true,
    find: (kid, algorithm) => Promise.resolve(ring.pick(kid, algorithm)),
  };
}

/**
 * Keys behind a URL: fetched once for all who wait, refreshed behind their backs, kept through an
 * outage. An unknown `kid` forces a refresh at once, so that a new key is usable in one round trip;
 * a token bucket and a short memory for unknown ones keep forged tokens from causing traffic.
 */
export function createKeySet(url: string, options: KeySetOptions): KeySet {
  const { nowMs, log } = options;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const staleIfErrorSeconds = options.staleIfErrorSeconds ?? DEFAULT_STALE_IF_ERROR_SECONDS;
  const hardLimitMs = MAX_AGE_MS + staleIfErrorSeconds * 1000;

  const ring = createKeyRing(options.signatures);
  const forced = createTokenBucket({ capacity: 2, refillMs: 15_000, nowMs });
  const ghosts = createLru<number>(MAX_GHOSTS);
  let fetchedAtMs: number | null = null;
  let failures = 0;
  let failedAtMs = 0;
  let refreshing: Promise<boolean> | null = null;

  const ageMs = () => {
    const age = fetchedAtMs === null ? Infinity : nowMs() - fetchedAtMs;
    return age < 0 ? Infinity : age; // a clock that was set back says nothing about age
  };

  /** Whether there is a good answer now. Never rejects. */
  const refresh = (): Promise<boolean> => {
    refreshing ??= load().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };
  const load = async (): Promise<boolean> => {
    const startedAtMs = nowMs();
    const result = await observe(options.telemetry, "key_fetch", {
      work: () => fetchJwks(url, { fetch: options.fetch, log, timeoutMs }),
      facts: ({ ok }) => ({
        outcome: ok ? "fetched" : "unavailable",
        ...(options.provider === undefined ? {} : { provider: options.provider }),
      }),
    });
    if (!result.ok) {
      failedAtMs = nowMs();
      failures += 1;
      return false;
    }
    ring.replace(result.value);
    ghosts.clear();
    fetchedAtMs = startedAtMs; // what was published later is not in the answer
    failures = 0;
    return true;
  };
  const underWay = () => refreshing;
  const hasFailedWithin = (ms: number) => {
    const sinceMs = nowMs() - failedAtMs;
    return failures > 0 && sinceMs >= 0 && sinceMs < ms;
  };
  const isBackingOff = () => hasFailedWithin(failures === 1 ? FIRST_RETRY_MS : RETRY_MS);
  const unavailable = (): Rejection => reject("keys_unavailable", RETRY_MS / 1000);

  /** Makes sure that there are keys to look at, waiting only where there is no other way. */
  const prepare = async (): Promise<boolean> => {
    const age = ageMs();
    if (age < FRESH_MS) return true;
    if (age < MAX_AGE_MS || (hasFailedWithin(OUTAGE_MS) && age < hardLimitMs)) {
      if (!isBackingOff()) void refresh();
      return true;
    }
    if (isBackingOff()) return false;
    if (await refresh()) return true;
    if (ageMs() >= hardLimitMs) return false;
    log({ level: "warn", event: "keys.stale", reason: "keys_unavailable", fields: { url } });
    return true;
  };

  /** Looks again after a refresh, if one may be had. */
  const findAnew = async (
    kid: string | undefined,
    algorithm: AsymmetricAlgorithm,
  ): Promise<Result<SigningKey>> => {
    const ghost = kid ?? ""; // no kid is empty
    for (let running = underWay(); running !== null; running = underWay()) {
      // oxlint-disable-next-line no-await-in-loop -- each round waits for another refresh
      await running;
      if (isKnown(kid, algorithm)) return ring.pick(kid, algorithm);
    }
    if (isBackingOff()) return unavailable();
    if ((ghosts.get(ghost) ?? 0) > nowMs()) return reject("key_unknown");
    // SECURITY: whoever forges tokens chooses the kid; without the bucket each one is a request.
    if (!forced.take()) return reject("key_unknown");
    if (!(await refresh())) return unavailable();
    if (isKnown(kid, algorithm)) return ring.pick(kid, algorithm);
    ghosts.set(ghost, nowMs() + GHOST_MS);
    return reject("key_unknown");
  };
  const isKnown = (kid: string | undefined, algorithm: AsymmetricAlgorithm) => {
    if (kid !== undefined) return ring.hasKid(kid);
    const picked = ring.pick(kid, algorithm);
    return picked.ok || picked.reason !== "key_unknown";
  };

  return {
    isUsable: () => ageMs() < hardLimitMs,
    async find(kid, algorithm) {
      if (!(await prepare())) return unavailable();
      return isKnown(kid, algorithm) ? ring.pick(kid, algorithm) : findAnew(kid, algorithm);
    },
  };
}
