import type { Authentication, Actor } from "../context.ts";

/** The supporter's stay in another tenant, as the session keeps it. */
export interface EnteredTenant {
  readonly tenantId: string;
  readonly reason: string;
  readonly enteredAtMs: number;
  readonly untilMs: number;
}

/** What the vendor gave us, for renewal and logout. Stored mode only; secrets are sealed. */
export interface VendorSession {
  readonly sealedRefreshToken: string | null;
  /** When to refresh next. Null: never (no refresh token). */
  readonly refreshAtMs: number | null;
  /** A process that refreshes holds the lease until then; others wait for its result. */
  readonly leaseUntilMs: number | null;
  readonly sealedIdToken: string | null;
}

/** A signed-in browser. */
export interface SessionRecord {
  /** Public id: safe to show and to log. The cookie holds a different, secret value. */
  readonly id: string;
  /** base64url SHA-256 of the cookie's value. Sealed sessions have none. */
  readonly secretHash: string | null;
  /** Raised by one at each write; compare-and-swap needs it. */
  readonly version: number;
  readonly userId: string;
  readonly instance: string;
  readonly vendor: string;
  readonly issuer: string;
  readonly subject: string;
  readonly connectionId: string | null;
  readonly vendorSessionId: string | null;
  readonly tenantId: string | null;
  readonly tenantExternal: string | null;
  /** App roles as attested by the last sign-in or refresh. */
  readonly roles: readonly string[];
  /** Vendor permissions in the catalogue, likewise. */
  readonly permissions: readonly string[];
  readonly authentication: Authentication;
  readonly actors: readonly Actor[];
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly entered: EnteredTenant | null;
  readonly vendorSession: VendorSession | null;
  /** Set at logout and revocation. A tombstone: no later write may bring the session back. */
  readonly endedAtMs: number | null;
}
