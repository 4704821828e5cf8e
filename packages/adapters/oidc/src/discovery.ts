import { FetchRefused } from "@tenantry/core/provider";
import { MetadataUnavailable } from "./errors.ts";
import { parseMetadata, type ProviderMetadata } from "./metadata.ts";

/** Fetches and remembers what issuers say about themselves. */
export interface Discovery {
  /** Throws {@link MetadataUnavailable} while nothing good is known about the issuer. */
  metadataOf(issuer: string, nowMs: number): Promise<ProviderMetadata>;
  /**
   * The same for who is about to send a browser there: throws {@link MetadataUnavailable} as well
   * when the issuer does not answer now, whatever is known about it.
   */
  reachableMetadataOf(issuer: string, nowMs: number): Promise<ProviderMetadata>;
}

/** What discovery needs. */
export interface DiscoveryOptions {
  /** Guarded against server-side request forgery. */
  readonly fetch: typeof globalThis.fetch;
  readonly allowInsecureLoopback: boolean;
  /** How many issuers are remembered. */
  readonly capacity?: number;
}

const FRESH_MS = 60 * 60_000;
const RETRY_MS = 5000; // a failing issuer is not asked for every request
const REACHABLE_MS = 1000; // a burst of sign-ins asks once
const DEFAULT_CAPACITY = 500;

interface Entry {
  good: { readonly metadata: ProviderMetadata; readonly fetchedAtMs: number } | null;
  failed: { readonly error: MetadataUnavailable; readonly atMs: number } | null;
  running: Promise<ProviderMetadata> | null;
}

/**
 * Makes {@link Discovery}. One request at a time for each issuer; what was good is used for an hour,
 * then renewed in the background and kept for as long as renewing fails.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig OpenID Connect Discovery 1.0 §4}
 */
export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { capacity = DEFAULT_CAPACITY } = options;
  const entries = new Map<string, Entry>();

  const entryOf = (issuer: string): Entry => {
    const entry = entries.get(issuer) ?? { good: null, failed: null, running: null };
    entries.delete(issuer); // a map keeps the order of insertion: the oldest is first
    entries.set(issuer, entry);
    const [oldest] = entries.keys();
    if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
    return entry;
  };

  const ask = (issuer: string, entry: Entry, nowMs: number): Promise<ProviderMetadata> => {
    entry.running ??= fetchMetadata(issuer, options)
      .then((metadata) => {
        entry.good = { metadata, fetchedAtMs: nowMs };
        entry.failed = null;
        return metadata;
      })
      .catch((error: unknown) => {
        const failure = failureOf(error);
        entry.failed = { error: failure, atMs: nowMs };
        throw failure;
      })
      .finally(() => {
        entry.running = null;
      });
    return entry.running;
  };

  return {
    async metadataOf(issuer, nowMs) {
      const entry = entryOf(issuer);
      const { good, failed } = entry;
      const isFresh = good !== null && isWithin(nowMs, good.fetchedAtMs, FRESH_MS);
      if (isFresh) return good.metadata;
      const mayAsk = failed === null || !isWithin(nowMs, failed.atMs, RETRY_MS);
      if (good !== null) {
        // The failure is remembered in the entry; what was good still is.
        if (mayAsk) ask(issuer, entry, nowMs).catch(() => undefined);
        return good.metadata;
      }
      if (failed !== null && !mayAsk) throw failed.error;
      return ask(issuer, entry, nowMs);
    },
    async reachableMetadataOf(issuer, nowMs) {
      const entry = entryOf(issuer);
      const { good, failed } = entry;
      if (failed !== null && isWithin(nowMs, failed.atMs, RETRY_MS)) throw failed.error;
      if (good !== null && isWithin(nowMs, good.fetchedAtMs, REACHABLE_MS)) return good.metadata;
      return ask(issuer, entry, nowMs);
    },
  };
}

/** A clock that was set back makes nothing fresh. */
function isWithin(nowMs: number, fromMs: number, lengthMs: number): boolean {
  return nowMs >= fromMs && nowMs < fromMs + lengthMs;
}

function failureOf(error: unknown): MetadataUnavailable {
  if (error instanceof MetadataUnavailable) return error;
  return new MetadataUnavailable(
    error instanceof FetchRefused ? "metadata_address_refused" : "metadata_unreachable",
  );
}

async function fetchMetadata(issuer: string, options: DiscoveryOptions): Promise<ProviderMetadata> {
  // Always appended to the issuer: an address that is used as it is would name its own issuer.
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await options.fetch(url, { headers: { accept: "application/json" } });
  if (response.status !== 200) throw new MetadataUnavailable("metadata_unreachable");
  let document: unknown;
  try {
    document = await response.json();
  } catch {
    throw new MetadataUnavailable("metadata_malformed");
  }
  return parseMetadata(document, issuer, options);
}
