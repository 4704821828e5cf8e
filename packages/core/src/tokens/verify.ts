import type { AcceptedKind } from "../context.ts";
import type { Clock } from "../internal/clock.ts";
import { sha256 } from "../internal/encoding.ts";
import { isUnavailable, ok, reject, type Result } from "../internal/result.ts";
import { createSingleFlight } from "../internal/single-flight.ts";
import type { Log } from "../log.ts";
import type { ProviderTools, VerifiedToken } from "../provider/login-flow.ts";
import { cacheQuestion, createTokenCache, MAX_CACHED_MS } from "./cache.ts";
import { createSignatureVerifier } from "./default-signatures.ts";
import { enrich } from "./enrich.ts";
import { createEpochs, type EpochReader } from "./epochs.ts";
import { evaluate, matchProfile, type Evaluated, type Matched } from "./evaluate.ts";
import { createIssuers } from "./issuers.ts";
import { MAX_TOKEN_LENGTH, parseJws, type ParsedJws } from "./jws.ts";
import type { KeySet } from "./key-set.ts";
import { createKeySets } from "./key-sets.ts";
import type { SigningKey } from "./keys.ts";
import { createOpaqueVerifier, type OpaqueRequest } from "./opaque.ts";
import type { TokenKind, TokenProfile } from "./profile.ts";
import type { InstanceProvider } from "./provider-instance.ts";
import { isPossibleSignature, type SignatureVerifier } from "./signature.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Verdict, VerifiedCredential } from "./verified-credential.ts";

/** What the token engine needs. */
export interface TokenVerifierOptions {
  readonly providers: readonly InstanceProvider[];
  readonly nowMs: Clock;
  /** For key sets of providers that bring no `fetch` of their own. */
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** Where revocations are read; a `RevocationStore` fits. Without it nothing is ever revoked. */
  readonly epochs?: EpochReader;
  readonly signatures?: SignatureVerifier;
  /** The stored connections of a provider instance. Without it there are none. */
  readonly connectionsFor?: (instance: string) => ProviderTools["connections"];
  /** Allowed difference of clocks for `exp`, `nbf`, `iat` and ages. Default 30, at most 60. */
  readonly clockToleranceSeconds?: number;
  /** Default 8192 characters. */
  readonly maxTokenLength?: number;
  /** How many verified credentials are remembered. Default 10,000; 0 remembers none. */
  readonly cacheSize?: number;
  /** For how long the last good keys serve through an outage. Default one hour. */
  readonly staleKeysSeconds?: number;
  readonly telemetry?: Telemetry | undefined;
}

/** What a token is presented for. */
export interface TokenRequest {
  /** The kinds of this mount. `id` and `logout` are never accepted, whatever stands here. */
  readonly accept: readonly (TokenKind | AcceptedKind)[];
  /** The audience of the mount, where it has one. */
  readonly resource?: string;
}

/** Verifies every credential that providers issue. Nothing here throws for what a stranger sends. */
export interface TokenVerifier {
  /** A signed token, presented at a mount. */
  verify(token: string, request: TokenRequest): Promise<Verdict>;
  /** A signed token against one named profile of any kind, for login routes. Not cached. */
  verifyWith(
    token: string,
    expected: {
      readonly provider: InstanceProvider;
      readonly profile: TokenProfile;
      readonly resource?: string;
    },
  ): Promise<Result<VerifiedToken>>;
  /** An opaque token or vendor API key, presented at a mount. */
  verifyOpaque(credential: string, request: OpaqueRequest): Promise<Verdict>;
  /** What core lends this provider for one call. */
  toolsFor(provider: InstanceProvider): ProviderTools;
  /** Forgets everything that was learnt. */
  close(): void;
}

type MountKind = Exclude<TokenKind, "id" | "logout">;

const MOUNT_KINDS: readonly MountKind[] = ["session", "access", "m2m", "mcp"];
const DEFAULT_TOLERANCE_SECONDS = 30;
const MAX_TOLERANCE_SECONDS = 60;
const DEFAULT_CACHE_SIZE = 10_000;
const NO_CONNECTIONS: ProviderTools["connections"] = {
  get: () => Promise.resolve(null),
  byIssuer: () => Promise.resolve([]),
};

/**
 * Makes the token engine of one auth instance. Throws `TypeError` for a tolerance out of bounds and
 * for profiles that give one issuer different keys.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { providers, nowMs, log } = options;
  const toleranceSeconds = options.clockToleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  if (!(toleranceSeconds >= 0 && toleranceSeconds <= MAX_TOLERANCE_SECONDS)) {
    throw new TypeError(`clockToleranceSeconds must be between 0 and ${MAX_TOLERANCE_SECONDS}.`);
  }
  const maxLength = options.maxTokenLength ?? MAX_TOKEN_LENGTH;
  const cacheSize = options.cacheSize ?? DEFAULT_CACHE_SIZE;
  const signatures = options.signatures ?? createSignatureVerifier();
  const keySets = createKeySets({
    fetch: options.fetch,
    nowMs,
    log,
    signatures,
    telemetry: options.telemetry,
    ...(options.staleKeysSeconds !== undefined && {
      staleIfErrorSeconds: options.staleKeysSeconds,
    }),
  });
  const issuers = createIssuers({
    providers,
    keySetFor: (provider, keys) => keySets.for(provider, keys),
    toolsFor: (provider) => verifier.toolsFor(provider),
    nowMs,
    log,
  });
  const epochs = createEpochs(options.epochs, log);
  const cache = createTokenCache<Verdict>(cacheSize, nowMs);
  const flights = createSingleFlight<Verdict>();

  const contextFor = (resource: string | undefined) => ({
    nowMs: nowMs(),
    toleranceSeconds,
    resource,
  });

  /** The key that made the signature. */
  const checkSignature = async (parsed: ParsedJws, keySet: KeySet): Promise<Result<SigningKey>> => {
    const { algorithm, kid, signingInput, signature } = parsed;
    const found = await keySet.find(kid, algorithm);
    if (!found.ok) return found;
    const key = await found.value.keyFor(algorithm);
    if (key === null) return reject("key_unknown");
    const isGood =
      isPossibleSignature(signature, {
        algorithm,
        length: found.value.signatureLength(algorithm),
      }) && (await signatures.verify({ algorithm, key, signingInput, signature }));
    return isGood ? found : reject("signature_invalid");
  };

  const verifyAnew = async (
    token: string,
    request: { readonly accept: readonly string[]; readonly resource: string | undefined },
    cacheKey: string,
  ): Promise<Verdict> => {
    const parsed = parseJws(token, maxLength);
    if (!parsed.ok) return parsed;
    // The issuer is still only a claim: it picks an entry of the allow-list and nothing more.
    const found = await issuers.find(issuerOf(parsed.value));
    if (!found.ok) return found;
    const route = found.value;
    if (!route.algorithms.has(parsed.value.algorithm)) return reject("algorithm_not_allowed");
    const key = await checkSignature(parsed.value, route.keySet);
    if (!key.ok) return key;
    const matched = matchProfile(parsed.value, route.candidates, log);
    if (!matched.ok) return matched;
    const { provider, profile } = matched.value;
    const { kind } = profile;
    // SECURITY: a token minted for one door opens no other.
    if (!isMountKind(kind) || !request.accept.includes(kind)) return reject("kind_not_accepted");
    const context = contextFor(request.resource);
    const evaluated = evaluate(matched.value, context, log);
    if (!evaluated.ok) return evaluated;
    const { identity, times } = evaluated.value;
    const stamp = await epochs.stamp(provider.instance, identity);
    if (!stamp.ok) return stamp;
    // Last, so that it means: genuine, meant for us, not revoked, and only too late.
    if (times.expired) return reject("expired_only");
    const enriched = await enrich(identity, matched.value, { nowMs, log });
    if (!enriched.ok) return enriched;
    const credential: VerifiedCredential = Object.freeze({
      provider,
      profile: Object.freeze({
        id: profile.id,
        kind,
        roles: profile.roles,
        scopes: profile.scopes,
        ...(profile.connection !== undefined && { connection: profile.connection }),
      }),
      identity: enriched.value,
    });
    cache.set(cacheKey, {
      value: Object.freeze({ ok: true, value: credential, cacheHit: true }),
      validUntilMs: validUntilMs(evaluated.value, matched.value, context),
      notBeforeMs: ((times.notBeforeSeconds ?? 0) - toleranceSeconds) * 1000,
      key: key.value,
      keySet: route.keySet,
      route,
      stamp: stamp.value,
    });
    return Object.freeze({ ok: true, value: credential, cacheHit: false });
  };

  const opaque = createOpaqueVerifier({
    providers,
    toolsFor: (provider) => verifier.toolsFor(provider),
    epochs,
    nowMs,
    log,
    maxLength,
    cacheSize,
  });

  const verifier: TokenVerifier = {
    async verify(token, { accept, resource }) {
      if (typeof token !== "string") return reject("malformed");
      if (token.length > maxLength) return reject("too_long");
      let kinds = "";
      for (const kind of MOUNT_KINDS) if (accept.includes(kind)) kinds += `${kind},`;
      if (kinds === "") return reject("kind_not_accepted");
      const hashed = sha256(cacheQuestion(token, kinds, resource));
      const key = typeof hashed === "string" ? hashed : await hashed;
      const entry = cache.get(key);
      if (entry !== undefined) {
        if (entry.stamp.keys.length === 0) return entry.value;
        const checked = await epochs.check(entry.stamp);
        if (checked.ok) return entry.value;
        if (isUnavailable(checked.reason)) return checked;
        cache.delete(key);
      }
      return flights.run(key, () => verifyAnew(token, { accept, resource }, key));
    },

    async verifyWith(token, { provider, profile, resource }) {
      const parsed = parseJws(token, maxLength);
      if (!parsed.ok) return parsed;
      const issuer = issuerOf(parsed.value);
      if (typeof issuer !== "string" || !profile.issuers.includes(issuer)) {
        return reject("issuer_unknown");
      }
      if (!profile.algorithms.includes(parsed.value.algorithm)) {
        return reject("algorithm_not_allowed");
      }
      const key = await checkSignature(parsed.value, keySets.for(provider, profile.keys));
      if (!key.ok) return key;
      const matched = matchProfile(parsed.value, [{ provider, profile }], log);
      if (!matched.ok) return matched;
      const evaluated = evaluate(matched.value, contextFor(resource), log);
      if (!evaluated.ok) return evaluated;
      if (evaluated.value.times.expired) return reject("expired_only");
      const enriched = await enrich(evaluated.value.identity, matched.value, { nowMs, log });
      return enriched.ok ? ok({ identity: enriched.value, token: matched.value.token }) : enriched;
    },

    verifyOpaque: (credential, request) => opaque.verify(credential, request),

    toolsFor: (provider) => ({
      nowMs,
      connections: options.connectionsFor?.(provider.instance) ?? NO_CONNECTIONS,
      verify: (token, profile) => verifier.verifyWith(token, { provider, profile }),
    }),

    close() {
      cache.clear();
      opaque.clear();
      issuers.clear();
      keySets.clear();
    },
  };
  return verifier;
}

function issuerOf(parsed: ParsedJws): unknown {
  return Object.hasOwn(parsed.claims, "iss") ? parsed.claims["iss"] : undefined;
}

function isMountKind(kind: TokenKind): kind is MountKind {
  return MOUNT_KINDS.some((known) => known === kind);
}

/** When a cached verdict ends: with the token, with its allowed age, in five minutes at most. */
function validUntilMs(
  { times }: Evaluated,
  { profile }: Matched,
  { nowMs, toleranceSeconds }: { readonly nowMs: number; readonly toleranceSeconds: number },
): number {
  const { maxAgeSeconds = Infinity } = profile.rules;
  const endSeconds = Math.min(times.expiresAtSeconds, times.issuedAtSeconds + maxAgeSeconds);
  return Math.min(nowMs + MAX_CACHED_MS, (endSeconds + toleranceSeconds) * 1000);
}
