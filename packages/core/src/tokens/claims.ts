import { ok, reject, type Rejection, type Result } from "../internal/result.ts";
import type { AudienceRule, SignedToken, TokenProfile } from "./profile.ts";

/** The times of a token that has passed the rules. */
export interface TokenTimes {
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds: number | undefined;
  /** Whether `exp` has passed, the one thing that {@link checkClaims} leaves to its caller. */
  readonly expired: boolean;
}

/** What the rules are checked against. */
export interface ClaimsContext {
  readonly nowMs: number;
  readonly toleranceSeconds: number;
  /** The audience of the mount, where it has one. */
  readonly resource: string | undefined;
}

/** The last second that a `Date` can show; what lies beyond is not a time. */
const MAX_SECONDS = 8_640_000_000_000;
const MAX_SUBJECT_LENGTH = 255; // OpenID Connect Core 1.0 §2
const MAX_AUDIENCES = 256;

/**
 * Applies a profile's rules and those that hold for every token: strict types, times with one
 * tolerance, audience, `typ`, no unproven `cnf`. Expiry is only reported, so that the caller can say
 * `expired_only` when everything else was in order.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1 RFC 7519 §4.1}
 */
export function checkClaims(
  token: SignedToken,
  rules: TokenProfile["rules"],
  context: ClaimsContext,
): Result<TokenTimes> {
  const { claims } = token;
  // Whole seconds, like the claims: a token from the coming second is not yet ours to accept.
  const now = Math.floor(context.nowMs / 1000);
  const { toleranceSeconds } = context;

  const { exp, iat, nbf, sub, aud } = claims as Readonly<Record<string, unknown>> & {
    readonly exp?: unknown;
    readonly iat?: unknown;
    readonly nbf?: unknown;
    readonly sub?: unknown;
    readonly aud?: unknown;
  };
  if (exp === undefined || iat === undefined) return reject("claim_missing");
  if (!isTime(exp) || exp <= 0 || !isTime(iat)) return reject("claim_invalid");
  if (nbf !== undefined && !isTime(nbf)) return reject("claim_invalid");
  // Null and "" occur for machines (a rule that needs `sub` lists it); any other type is forged.
  if (sub !== undefined && sub !== null && !isShortText(sub)) return reject("claim_invalid");
  if (aud !== undefined && textsOf(aud) === null) return reject("claim_invalid");
  // SECURITY: a sender-constrained token without its proof is a stolen one (RFC 7800 §3.1).
  if (Object.hasOwn(claims, "cnf")) return reject("confirmation_required");

  const wrong =
    checkTyp(token, rules) ??
    checkPresence(token, rules) ??
    checkAudience(token, rules.audience, context.resource);
  if (wrong !== null) return wrong;

  if (nbf !== undefined && nbf > now + toleranceSeconds) return reject("not_yet_valid");
  if (iat > now + toleranceSeconds) return reject("issued_in_future");
  if (rules.maxAgeSeconds !== undefined && now - iat - toleranceSeconds > rules.maxAgeSeconds) {
    return reject("too_old");
  }
  return ok({
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
    notBeforeSeconds: nbf,
    expired: exp <= now - toleranceSeconds,
  });
}

function checkTyp(token: SignedToken, rules: TokenProfile["rules"]): Rejection | null {
  if (rules.typ === undefined) return null;
  const typ = token.header["typ"];
  if (typ === undefined) return rules.typIfMissing === "accept" ? null : reject("typ_mismatch");
  if (typeof typ !== "string") return reject("typ_mismatch");
  // RFC 7515 §4.1.9: a media type, compared without case, its "application/" left out by custom.
  const name = typ.toLowerCase().replace(/^application\//, "");
  return rules.typ.includes(name) ? null : reject("typ_mismatch");
}

function checkPresence(token: SignedToken, rules: TokenProfile["rules"]): Rejection | null {
  const { claims } = token;
  for (const name of rules.required ?? []) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined || value === null || value === "") return reject("claim_missing");
  }
  const isForbidden = rules.forbidden?.some((name) => Object.hasOwn(claims, name)) ?? false;
  return isForbidden ? reject("claim_invalid") : null;
}

function checkAudience(
  token: SignedToken,
  rule: AudienceRule,
  resource: string | undefined,
): Rejection | null {
  const { claims } = token;
  if (!Object.hasOwn(claims, rule.claim)) {
    return rule.ifMissing === "accept" ? null : reject("audience_mismatch");
  }
  const presented = textsOf(claims[rule.claim]);
  if (presented === null) return reject("claim_invalid");
  const accepted = typeof rule.anyOf === "function" ? rule.anyOf(resource) : rule.anyOf;
  // SECURITY: whole strings only; an accepted name that is empty would be a hole, not a name.
  return presented.some((name) => accepted.includes(name)) ? null : reject("audience_mismatch");
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= MAX_SECONDS;
}

function isShortText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_SUBJECT_LENGTH;
}

/** A string or a non-empty array of strings, none of them empty; null for anything else. */
function textsOf(value: unknown): readonly string[] | null {
  if (typeof value === "string") return value === "" ? null : [value];
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_AUDIENCES) return null;
  return value.every((item) => typeof item === "string" && item !== "") ? value : null;
}
