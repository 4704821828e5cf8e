import { ok, reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import { checkClaims, type ClaimsContext, type TokenTimes } from "./claims.ts";
import { readIdentity } from "./identity.ts";
import type { Candidate } from "./issuers.ts";
import { visibleHeader, type ParsedJws } from "./jws.ts";
import type { Identity, SignedToken } from "./profile.ts";

/** A token with the one profile that it matches. */
export interface Matched extends Candidate {
  readonly token: SignedToken;
}

/**
 * Finds the one profile that a token with a good signature belongs to. Refuses with `profile_none`,
 * with `profile_ambiguous` (a guess could open the wrong door), with `algorithm_not_allowed` if that
 * profile does not allow the algorithm, and with `profile_error` if an adapter throws.
 */
export function matchProfile(
  parsed: ParsedJws,
  candidates: readonly Candidate[],
  log: Log,
): Result<Matched> {
  const matched: Matched[] = [];
  for (const candidate of candidates) {
    const { profile } = candidate;
    const header = visibleHeader(parsed.header, profile.headers);
    const token: SignedToken = { header, claims: parsed.claims };
    const answer = guard<unknown>(candidate, log, () => profile.matches(token));
    if (!answer.ok) return answer;
    // SECURITY: `true` and nothing that merely looks like it.
    if (answer.value === true) matched.push({ ...candidate, token });
  }
  const [only] = matched;
  if (only === undefined) return reject("profile_none");
  if (matched.length > 1) return reject("profile_ambiguous");
  return only.profile.algorithms.includes(parsed.algorithm)
    ? ok(only)
    : reject("algorithm_not_allowed");
}

/** What a token proves by its profile, and its times. */
export interface Evaluated {
  readonly identity: Identity;
  readonly times: TokenTimes;
}

/**
 * Applies the profile's rules and reads the identity. Expiry is left to the caller, in
 * `times.expired`; every other reason to refuse comes first.
 */
export function evaluate(matched: Matched, context: ClaimsContext, log: Log): Result<Evaluated> {
  const { profile, token } = matched;
  const checked = guard(matched, log, () => checkClaims(token, profile.rules, context));
  if (!checked.ok) return checked;
  if (!checked.value.ok) return checked.value;
  const times = checked.value.value;

  const answer = guard(matched, log, () => readIdentity(profile.read(token)));
  if (!answer.ok) return answer;
  const identity = answer.value;
  if (!identity.ok) {
    if (identity.reason === "identity_invalid") {
      log({
        ...nameOf(matched),
        level: "error",
        event: "token.profile_error",
        reason: identity.reason,
      });
    }
    return identity;
  }
  const expiresAtSeconds = Math.min(identity.value.expiresAtSeconds, times.expiresAtSeconds);
  const now = Math.floor(context.nowMs / 1000);
  return ok({
    identity: Object.freeze({
      ...identity.value,
      // SECURITY: what the token itself says bounds what the adapter reads from it.
      issuedAtSeconds: Math.min(identity.value.issuedAtSeconds, times.issuedAtSeconds),
      expiresAtSeconds,
      // Scopes that bound a token come from the token only: one that names none was granted none.
      ...(profile.scopes === "permissions" && { scopes: identity.value.scopes ?? NO_SCOPES }),
    }),
    times: {
      ...times,
      expiresAtSeconds,
      expired: times.expired || expiresAtSeconds <= now - context.toleranceSeconds,
    },
  });
}

const NO_SCOPES: readonly string[] = Object.freeze([]);

/** Runs an adapter's function. One that throws on a stranger's token must not take the server along. */
function guard<T>(candidate: Candidate, log: Log, run: () => T): Result<T> {
  try {
    return ok(run());
  } catch (error) {
    // Only the name: a message may quote the token.
    const fields = { error: error instanceof Error ? error.name : "unknown" };
    log({
      ...nameOf(candidate),
      level: "error",
      event: "token.profile_error",
      reason: "profile_error",
      fields: { ...nameOf(candidate).fields, ...fields },
    });
    return reject("profile_error");
  }
}

function nameOf({ provider, profile }: Candidate) {
  return { provider: provider.instance, fields: { profile: profile.id } };
}
