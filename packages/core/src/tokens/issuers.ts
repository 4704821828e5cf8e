import type { Clock } from "../internal/clock.ts";
import { withDeadline } from "../internal/deadline.ts";
import { createLru } from "../internal/lru.ts";
import { ok, reject, type Rejection, type Result } from "../internal/result.ts";
import { createSingleFlight } from "../internal/single-flight.ts";
import type { Log } from "../log.ts";
import type { ProviderTools } from "../provider/login-flow.ts";
import type { KeySet } from "./key-set.ts";
import type { InstanceProvider } from "./provider-instance.ts";
import type { AsymmetricAlgorithm, TokenProfile } from "./profile.ts";

/** A profile and the provider that declared it. */
export interface Candidate {
  readonly provider: InstanceProvider;
  readonly profile: TokenProfile;
}

/** Everything that tokens of one issuer can be, and the one key set that signs them. */
export interface Route {
  readonly candidates: readonly Candidate[];
  readonly algorithms: ReadonlySet<AsymmetricAlgorithm>;
  readonly keySet: KeySet;
  /** False once it must be looked up again; what was verified by way of it is then void. */
  isCurrent(): boolean;
}

/** Finds the route of an issuer. */
export interface Issuers {
  /**
   * By exact string. Refuses with `issuer_unknown`, without any network call of ours;
   * `issuer_ambiguous` if its providers disagree about its keys; `provider_unavailable` if a
   * provider could not find out.
   */
  find(issuer: unknown): Promise<Result<Route>>;
  clear(): void;
}

/** What routing needs. */
export interface IssuersOptions {
  readonly providers: readonly InstanceProvider[];
  readonly keySetFor: (provider: InstanceProvider, keys: TokenProfile["keys"]) => KeySet;
  readonly toolsFor: (provider: InstanceProvider) => ProviderTools;
  readonly nowMs: Clock;
  readonly log: Log;
}

const MAX_ISSUER_LENGTH = 512;
const MAX_ROUTES = 10_000;
const MAX_UNKNOWN = 1000;
/** A connection that was changed or disabled takes effect within this time. */
const FRESH_MS = 60_000;
/** A look-up that fails leaves a known route in force for this long. */
const STALE_IF_ERROR_MS = 60 * 60_000;
const RETRY_MS = 5000;
const UNKNOWN_MS = 10_000;
const LOOKUP_TIMEOUT_MS = 10_000;

interface DynamicRoute {
  readonly route: Omit<Route, "isCurrent">;
  readonly foundAtMs: number;
  /** Moves forward when a look-up fails and the route stays in force. */
  currentUntilMs: number;
}

/**
 * Routes issuers to profiles: first those that providers declare outright, then those that a
 * provider looks up. Throws `TypeError` if two declared profiles give one issuer different keys:
 * one customer could then sign for another.
 */
export function createIssuers(options: IssuersOptions): Issuers {
  const { providers, nowMs, log } = options;
  const declared = declaredRoutes(options);
  const dynamic = providers.filter((provider) => provider.profilesFor !== undefined);
  const routes = createLru<DynamicRoute>(MAX_ROUTES);
  const unknown = createLru<number>(MAX_UNKNOWN);
  const flights = createSingleFlight<Result<Route>>();

  const inForce = (entry: DynamicRoute): Route => ({
    ...entry.route,
    isCurrent: () => isBetween(nowMs(), entry.foundAtMs, entry.currentUntilMs),
  });

  const lookUp = async (issuer: string): Promise<Result<Route>> => {
    const found = await askAll(issuer);
    const now = nowMs();
    if (!found.ok) {
      const known = routes.get(issuer);
      if (
        known === undefined ||
        !isBetween(now, known.foundAtMs, known.foundAtMs + STALE_IF_ERROR_MS)
      ) {
        return found;
      }
      known.currentUntilMs = now + RETRY_MS;
      return ok(inForce(known));
    }
    if (found.value.length === 0) {
      routes.delete(issuer);
      unknown.set(issuer, now + UNKNOWN_MS);
      return reject("issuer_unknown");
    }
    const route = routeOf(found.value, options);
    if (route === null) {
      log({ level: "error", event: "issuer.conflict", reason: "issuer_ambiguous" });
      return reject("issuer_ambiguous");
    }
    const entry = { route, foundAtMs: now, currentUntilMs: now + FRESH_MS };
    routes.set(issuer, entry);
    return ok(inForce(entry));
  };

  const askAll = async (issuer: string): Promise<Result<readonly Candidate[]>> => {
    const answers = await Promise.all(
      dynamic.map(async (provider): Promise<readonly Candidate[] | Rejection> => {
        try {
          const asked = Promise.resolve(
            provider.profilesFor?.(issuer, options.toolsFor(provider)) ?? null,
          );
          const profiles = (await withDeadline(asked, LOOKUP_TIMEOUT_MS)) ?? [];
          // SECURITY: a profile counts only for the issuers that it names itself.
          return profiles
            .filter((profile) => profile.issuers.includes(issuer))
            .map((profile) => ({ provider, profile }));
        } catch (error) {
          log({
            level: "warn",
            event: "issuer.lookup_failed",
            reason: error instanceof Error ? error.name : "Error",
            provider: provider.instance,
          });
          return reject("provider_unavailable");
        }
      }),
    );
    const candidates: Candidate[] = [];
    for (const answer of answers) {
      if ("ok" in answer) return answer; // one that could not find out might have known it
      candidates.push(...answer);
    }
    return ok(candidates);
  };

  return {
    async find(issuer) {
      if (typeof issuer !== "string" || issuer === "") return reject("issuer_unknown");
      const route = declared.get(issuer);
      if (route !== undefined) return ok(route);
      // SECURITY: strangers choose this string; nothing longer is looked up or remembered.
      if (dynamic.length === 0 || issuer.length > MAX_ISSUER_LENGTH) {
        return reject("issuer_unknown");
      }
      const entry = routes.get(issuer);
      if (entry !== undefined) {
        const known = inForce(entry);
        if (known.isCurrent()) return ok(known);
      }
      if ((unknown.get(issuer) ?? 0) > nowMs()) return reject("issuer_unknown");
      return flights.run(issuer, () => lookUp(issuer));
    },
    clear() {
      routes.clear();
      unknown.clear();
    },
  };
}

function declaredRoutes(options: IssuersOptions): ReadonlyMap<string, Route> {
  const byIssuer = new Map<string, Candidate[]>();
  for (const provider of options.providers) {
    for (const profile of provider.tokens ?? []) {
      for (const issuer of profile.issuers) {
        byIssuer.set(issuer, [...(byIssuer.get(issuer) ?? []), { provider, profile }]);
      }
    }
  }
  const routes = new Map<string, Route>();
  for (const [issuer, candidates] of byIssuer) {
    const route = routeOf(candidates, options);
    if (route === null) {
      const instances = new Set(candidates.map(({ provider }) => provider.instance));
      throw new TypeError(
        `Token profiles give the issuer "${issuer}" different keys (providers: ${[...instances].join(", ")}). One issuer has one key set.`,
      );
    }
    routes.set(issuer, { ...route, isCurrent: () => true });
  }
  return routes;
}

/** Null if the candidates do not agree about the issuer's keys. */
function routeOf(
  candidates: readonly Candidate[],
  options: IssuersOptions,
): Omit<Route, "isCurrent"> | null {
  const [first] = candidates;
  if (first === undefined) return null;
  const source = sourceOf(first.profile);
  // SECURITY: the signature comes before the choice of a profile, so an issuer has one key set.
  if (candidates.some(({ profile }) => sourceOf(profile) !== source)) return null;
  return {
    candidates,
    algorithms: new Set(candidates.flatMap(({ profile }) => profile.algorithms)),
    keySet: options.keySetFor(first.provider, first.profile.keys),
  };
}

function sourceOf({ keys }: TokenProfile): string {
  return "jwksUri" in keys ? keys.jwksUri : JSON.stringify(keys.jwks.keys);
}

function isBetween(now: number, from: number, until: number): boolean {
  return now >= from && now < until;
}
