import type { Authentication, Actor } from "../context.ts";
import { encodeBase64Url } from "../internal/encoding.ts";
import { reject, ok, type Result } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { VendorTokens } from "../provider/login-flow.ts";
import type { Identity } from "../tokens/profile.ts";
import type { SessionRecord } from "./record.ts";

/** A finished sign-in, after the directory has attested it. */
export interface SessionStart {
  readonly identity: Identity;
  readonly instance: string;
  readonly vendor: string;
  readonly connectionId: string | null;
  readonly userId: string;
  readonly tenantId: string | null;
  readonly tenantExternal: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly tokens?: VendorTokens;
}

/** What may differ when a session gets a new id: the tenant, and what belongs to it. */
export type SessionChanges = Partial<
  Pick<
    SessionRecord,
    | "tenantId"
    | "tenantExternal"
    | "roles"
    | "permissions"
    | "entered"
    | "subject"
    | "vendorSessionId"
  >
>;

/** How long sessions live. */
export interface SessionLimits {
  readonly absoluteMs: number;
  readonly idleMs: number;
}

/** A new public session id: safe to show, 128 random bits. */
export function newSessionId(runtime: Pick<Runtime, "randomBytes">): string {
  return `ses_${encodeBase64Url(runtime.randomBytes(16))}`;
}

/**
 * The record of a new session, without vendor tokens. Refuses what is not a person's own finished
 * sign-in (`session_not_a_person`).
 */
export function newRecord(
  start: SessionStart,
  runtime: Pick<Runtime, "nowMs" | "randomBytes">,
  limits: SessionLimits,
): Result<SessionRecord> {
  const { identity } = start;
  if (identity.kind !== "user") return reject("session_not_a_person");
  const nowMs = runtime.nowMs();
  return ok({
    id: newSessionId(runtime),
    secretHash: null,
    version: 1,
    userId: start.userId,
    instance: start.instance,
    vendor: start.vendor,
    issuer: identity.issuer,
    subject: identity.subject,
    connectionId: start.connectionId,
    vendorSessionId: identity.sessionId ?? null,
    tenantId: start.tenantId,
    tenantExternal: start.tenantExternal,
    roles: start.roles,
    permissions: start.permissions,
    authentication: authenticationOf(identity.authentication, nowMs),
    actors: identity.actors.map(({ kind, id }: Actor) => ({ kind, id })),
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    expiresAtMs: nowMs + limits.absoluteMs,
    entered: null,
    vendorSession: null,
    endedAtMs: null,
  });
}

/** A provider that does not say when it asked may have asked long ago; nothing is made up here. */
function authenticationOf(authentication: Authentication, nowMs: number): Authentication {
  const { method, atMs, mfa } = authentication;
  return {
    method,
    // A time in the future would count as fresh for ever.
    ...(atMs === undefined ? {} : { atMs: Math.min(atMs, nowMs) }),
    ...(mfa === undefined ? {} : { mfa }),
  };
}

/** Why a session no longer counts, or null. */
export function limitReached(
  session: SessionRecord,
  nowMs: number,
  limits: SessionLimits,
): "session_ended" | "session_expired" | "session_idle" | null {
  if (session.endedAtMs !== null) return "session_ended";
  if (!(nowMs < session.expiresAtMs)) return "session_expired";
  if (!(nowMs < session.lastSeenAtMs + limits.idleMs)) return "session_idle";
  return null;
}

/** Writing down each request would cost more than idle limits are worth. */
const TOUCH_INTERVAL_MS = 60_000;

/** Whether the last use that was written down is old enough to write again. */
export function isTouchDue(session: SessionRecord, nowMs: number): boolean {
  return nowMs - session.lastSeenAtMs >= TOUCH_INTERVAL_MS;
}

/** Whether a session has something to refresh at the vendor and it is time. */
export function isRefreshDue(session: SessionRecord, nowMs: number): boolean {
  const refreshAtMs = session.vendorSession?.refreshAtMs;
  return refreshAtMs !== null && refreshAtMs !== undefined && nowMs >= refreshAtMs;
}
