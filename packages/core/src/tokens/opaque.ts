import type { Clock } from "../internal/clock.ts";
import type { AcceptedKind } from "../context.ts";
import { withDeadline } from "../internal/deadline.ts";
import { sha256 } from "../internal/encoding.ts";
import { createLru } from "../internal/lru.ts";
import { isUnavailable, ok, reject, type Result } from "../internal/result.ts";
import { createSingleFlight } from "../internal/single-flight.ts";
import type { Log } from "../log.ts";
import type { ProviderTools } from "../provider/login-flow.ts";
import type { OpaqueCredentials } from "../provider/credentials.ts";
import { cacheQuestion } from "./cache.ts";
import type { Epochs, EpochStamp } from "./epochs.ts";
import { readAnswer } from "./identity.ts";
import type { Identity } from "./profile.ts";
import type { InstanceProvider } from "./provider-instance.ts";
import type { Verdict, VerifiedCredential } from "./verified-credential.ts";

/** What an opaque credential is presented for. */
export interface OpaqueRequest {
  readonly accept: readonly AcceptedKind[];
  readonly resource?: string;
  /** The provider instance, where path or host already chose it. */
  readonly instance?: string;
}

/** Asks vendors about credentials that only they can read. */
export interface OpaqueVerifier {
  verify(credential: string, request: OpaqueRequest): Promise<Verdict>;
  clear(): void;
}

/** What it needs. */
export interface OpaqueOptions {
  readonly providers: readonly InstanceProvider[];
  readonly toolsFor: (provider: InstanceProvider) => ProviderTools;
  readonly epochs: Epochs;
  readonly nowMs: Clock;
  readonly log: Log;
  readonly maxLength: number;
  readonly cacheSize: number;
}

const GOOD_MS = 60_000;
const BAD_MS = 10_000;
const MAX_BAD = 1000;
const TIMEOUT_MS = 10_000;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

interface Good {
  readonly value: VerifiedCredential;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stamp: EpochStamp;
}

interface Chosen {
  readonly provider: InstanceProvider;
  readonly opaque: OpaqueCredentials;
}

/**
 * Verifies opaque tokens and vendor API keys where exactly one part of one provider recognises them;
 * with several that do, a stranger would choose which vendor sees the secret, or what it is taken for. Good answers are kept for a minute
 * at most and never past expiry, bad ones for ten seconds, "could not find out" never.
 */
export function createOpaqueVerifier(options: OpaqueOptions): OpaqueVerifier {
  const { epochs, nowMs, log } = options;
  const all = options.providers.flatMap((provider) =>
    (provider.opaque ?? []).map((opaque): Chosen => ({ provider, opaque })),
  );
  const good = createLru<Good>(options.cacheSize);
  const bad = createLru<{ readonly reason: string; readonly untilMs: number }>(MAX_BAD);
  const flights = createSingleFlight<Verdict>();

  const choose = (credential: string, instance: string | undefined): Result<Chosen> => {
    const chosen: Chosen[] = [];
    for (const one of all) {
      const { provider, opaque } = one;
      if (instance !== undefined && provider.instance !== instance) continue;
      try {
        const answer: unknown = opaque.recognises(credential);
        if (answer === true) chosen.push(one);
      } catch (error) {
        report(provider, "error", "profile_error", error);
        return reject("profile_error");
      }
    }
    const [only] = chosen;
    if (only === undefined) return reject("profile_none");
    return chosen.length === 1 ? ok(only) : reject("profile_ambiguous");
  };

  const report = (
    provider: InstanceProvider,
    level: "warn" | "error",
    reason: string,
    error: unknown,
  ) => {
    log({
      level,
      event: "opaque.failed",
      reason,
      provider: provider.instance,
      fields: { error: error instanceof Error ? error.name : "unknown" },
    });
  };

  const ask = async (
    { provider, opaque }: Chosen,
    credential: string,
    resource: string | undefined,
  ): Promise<Result<Identity>> => {
    const request = resource === undefined ? {} : { resource };
    try {
      const asked = opaque.verify(credential, request, options.toolsFor(provider));
      const answer: unknown = await withDeadline(asked, TIMEOUT_MS);
      const identity = readAnswer(answer);
      if (!identity.ok && identity.reason === "identity_invalid") {
        report(provider, "error", identity.reason, undefined);
      }
      return identity;
    } catch (error) {
      report(provider, "warn", "provider_unavailable", error);
      return reject("provider_unavailable");
    }
  };

  const verifyAnew = async (
    key: string,
    chosen: Chosen,
    credential: string,
    resource: string | undefined,
  ): Promise<Verdict> => {
    const { provider, opaque } = chosen;
    const identity = await ask(chosen, credential, resource);
    const now = nowMs();
    if (!identity.ok) {
      // SECURITY: "could not find out" must be asked again, or an outage would outlast itself.
      if (!isUnavailable(identity.reason)) {
        bad.set(key, { reason: identity.reason, untilMs: now + BAD_MS });
      }
      return identity;
    }
    const expiresAtMs = identity.value.expiresAtSeconds * 1000;
    if (expiresAtMs <= now) return reject("inactive");
    const stamp = await epochs.stamp(provider.instance, identity.value);
    if (!stamp.ok) return stamp;
    const { scopes, roles, kind } = opaque;
    const value: VerifiedCredential = Object.freeze({
      provider,
      profile: Object.freeze({ id: "opaque", kind, scopes, roles }),
      identity:
        scopes === "permissions" && identity.value.scopes === undefined
          ? Object.freeze({ ...identity.value, scopes: Object.freeze([]) })
          : identity.value,
    });
    const untilMs = Math.min(now + GOOD_MS, expiresAtMs);
    good.set(key, { value, fromMs: now, untilMs, stamp: stamp.value });
    return { ok: true, value, cacheHit: false };
  };

  return {
    async verify(credential, { accept, resource, instance }) {
      if (credential.length > options.maxLength) return reject("too_long");
      if (!VISIBLE_ASCII.test(credential)) return reject("malformed");
      const chosen = choose(credential, instance);
      if (!chosen.ok) return chosen;
      const { provider, opaque } = chosen.value;
      if (!accept.includes(opaque.kind)) return reject("kind_not_accepted");

      const key = await sha256(cacheQuestion(credential, provider.instance, resource));
      const known = good.get(key);
      const now = nowMs();
      if (known !== undefined && now >= known.fromMs && now < known.untilMs) {
        const checked = await epochs.check(known.stamp);
        if (checked.ok) return { ok: true, value: known.value, cacheHit: true };
        if (isUnavailable(checked.reason)) return checked;
      }
      good.delete(key);
      const refused = bad.get(key);
      if (refused !== undefined && now < refused.untilMs) return reject(refused.reason);
      return flights.run(key, () => verifyAnew(key, chosen.value, credential, resource));
    },
    clear() {
      good.clear();
      bad.clear();
    },
  };
}
