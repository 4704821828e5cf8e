/**
 * Why something was refused: a tag from an open set, for logs and for the one function that turns
 * reasons into public errors. It never carries what a stranger sent.
 */
export interface Rejection {
  readonly ok: false;
  readonly reason: Reason;
  readonly retryAfterSeconds?: number;
}

/** Reasons core itself gives. Adapters may add their own; an unknown one means "invalid". */
export type Reason = KnownReason | (string & {});

/** See {@link Reason}. `*_unavailable` means "could not find out": it becomes 503, never yes or no. */
export type KnownReason =
  | "malformed"
  | "too_long"
  | "algorithm_not_allowed"
  | "header_not_allowed"
  | "critical_header"
  | "issuer_unknown"
  | "issuer_ambiguous"
  | "key_unknown"
  | "key_ambiguous"
  | "signature_invalid"
  | "profile_none"
  | "profile_ambiguous"
  | "profile_error"
  | "identity_invalid"
  | "kind_not_accepted"
  | "typ_mismatch"
  | "claim_invalid"
  | "claim_missing"
  | "expired_only"
  | "not_yet_valid"
  | "issued_in_future"
  | "too_old"
  | "audience_mismatch"
  | "confirmation_required"
  | "revoked"
  | "inactive"
  | "subject_changed"
  | "tenant_changed"
  | "nonce_mismatch"
  | "keys_unavailable"
  | "provider_unavailable"
  | "store_unavailable";

/** Builds a {@link Rejection}. */
export function reject(reason: Reason, retryAfterSeconds?: number): Rejection {
  return retryAfterSeconds === undefined
    ? { ok: false, reason }
    : { ok: false, reason, retryAfterSeconds };
}

/** A value, or the reason why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | Rejection;

/** Builds the good side of a {@link Result}. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** True for reasons that mean "could not find out", which must become 503. */
export function isUnavailable(reason: Reason): boolean {
  return reason.endsWith("_unavailable");
}
