import { userKey } from "../directory/revocation-keys.ts";
import { encodeBase64Url, sha256 } from "../internal/encoding.ts";
import { lazily } from "../internal/lazily.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import { isRefreshDue, isTouchDue, limitReached, newRecord, newSessionId } from "./begin.ts";
import { clearCookie, setCookie } from "./cookies.ts";
import { createLease } from "./lease.ts";
import type { SessionRecord } from "./record.ts";
import type { IssuedSession, ModeDeps, SessionRead, Sessions } from "./sessions.ts";
import { vendorEpochKeys } from "./sealed.ts";
import { sealVendorTokens } from "./vendor-tokens.ts";

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Sessions in a store: the cookie holds 256 random bits, the store knows their SHA-256 only, so that
 * who reads the store can be nobody.
 */
export function createStoredSessions(deps: ModeDeps): Sessions {
  const { cookieName, store, revocations, runtime, limits, sealer, renewal, sleep } = deps;
  const lease = createLease({ store, runtime, sleep });
  const refresher =
    renewal === undefined
      ? null
      : lazily(async () => {
          const { createRefresher } = await import("./refresh.ts");
          return createRefresher({ store, sealer, renewal, runtime, sleep });
        });

  async function find(value: string): Promise<Result<SessionRecord>> {
    if (!SECRET.test(value)) return reject("session_unknown");
    const session = await store.getBySecretHash(await sha256(value));
    if (session === null) return reject("session_unknown");
    const limit = limitReached(session, runtime.nowMs(), limits);
    if (limit !== null) return reject(limit);
    const [revokedAtMs = Number.NaN] = await revocations.read([userKey(session.userId)]);
    // Written so that an answer which is no number refuses.
    return session.createdAtMs > revokedAtMs ? ok(session) : reject("session_revoked");
  }

  async function read(value: string): Promise<SessionRead> {
    const found = await find(value);
    if (!found.ok) return invalid(found.reason);
    let session = found.value;
    if (refresher !== null && isRefreshDue(session, runtime.nowMs())) {
      const renewed = await (await refresher()).renew(session);
      if (renewed.kind === "ended") return invalid(renewed.reason);
      session = renewed.session;
    }
    return { kind: "session", session: await touch(session), setCookies: [] };
  }

  async function peek(value: string): Promise<SessionRead> {
    const found = await find(value);
    if (!found.ok) return invalid(found.reason);
    return { kind: "session", session: found.value, setCookies: [] };
  }

  /** Writes down the last use. Whoever loses the race need not write: the winner has. */
  async function touch(session: SessionRecord): Promise<SessionRecord> {
    const nowMs = runtime.nowMs();
    const isLeased = (session.vendorSession?.leaseUntilMs ?? 0) > nowMs;
    if (isLeased || !isTouchDue(session, nowMs)) return session;
    const touched = { ...session, lastSeenAtMs: nowMs, version: session.version + 1 };
    return (await store.replace(touched)) ? touched : session;
  }

  /** Stores a record under a fresh secret and makes its cookie. */
  async function issue(record: SessionRecord): Promise<Result<IssuedSession>> {
    const secret = encodeBase64Url(runtime.randomBytes(SECRET_BYTES));
    const session = { ...record, secretHash: await sha256(secret) };
    const cookie = setCookie(cookieName, secret, {
      maxAgeSeconds: (session.expiresAtMs - runtime.nowMs()) / 1000,
    });
    if (!cookie.ok) return cookie;
    await store.insert(session);
    return ok({ session, setCookies: [cookie.value] });
  }

  /**
   * Replaces a record by its successor. The old one ends by compare-and-swap: of two rotations, or a
   * rotation and a sign-out, exactly one happens.
   */
  async function succeed(
    current: SessionRecord,
    changes: Partial<SessionRecord>,
  ): Promise<Result<IssuedSession> | null> {
    const nowMs = runtime.nowMs();
    const last = { ...current, version: current.version + 1, endedAtMs: nowMs };
    if (!(await store.replace(last))) return null;
    return issue({
      ...current,
      ...changes,
      id: newSessionId(runtime),
      version: 1,
      lastSeenAtMs: nowMs,
    });
  }

  async function rotate(
    session: SessionRecord,
    changes: Partial<SessionRecord>,
  ): Promise<Result<IssuedSession>> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // While the vendor's tokens are being renewed, only the old ones could be carried over.
      const current = await lease.settle(session.id);
      if (current === null) return reject("session_ended");
      if (current === "busy") break;
      const issued = await succeed(current, changes);
      if (issued !== null) return issued;
    }
    return reject("session_lease_unavailable");
  }

  return {
    cookieName,
    read: (value) => answering(() => read(value)),
    peek: (value) => answering(() => peek(value)),

    begin: (start) =>
      storing(async () => {
        const record = newRecord(start, runtime, limits);
        if (!record.ok) return record;
        const vendorSession =
          start.tokens === undefined
            ? null
            : await sealVendorTokens(start.tokens, record.value, {
                sealer,
                nowMs: runtime.nowMs(),
              });
        return issue({ ...record.value, vendorSession });
      }),

    rotate: (session, changes) => storing(() => rotate(session, changes)),

    async switchTo(session, target) {
      if (refresher === null) return { kind: "sign_in" };
      try {
        const switched = await (await refresher()).switchTo(session, target);
        switch (switched.kind) {
          case "refused":
            return { kind: "sign_in" };
          case "ended":
            return { kind: "invalid", reason: switched.reason };
          case "mismatch":
          case "unavailable":
            return switched;
          case "attested":
            break;
        }
        const { identity, attested } = switched;
        const issued = await succeed(switched.leased, {
          vendorSession: switched.vendorSession,
          subject: identity.subject,
          vendorSessionId: identity.sessionId ?? switched.leased.vendorSessionId,
          tenantId: attested.tenantId,
          tenantExternal: attested.tenantExternal,
          roles: attested.roles,
          permissions: attested.permissions,
          entered: null,
        });
        if (issued === null) return { kind: "invalid", reason: "session_ended" };
        return issued.ok
          ? { kind: "switched", ...issued.value }
          : { kind: "unavailable", reason: issued.reason };
      } catch {
        return { kind: "unavailable", reason: "store_unavailable" };
      }
    },

    async end(session) {
      await store.end(session.id, runtime.nowMs());
      return [clearCookie(cookieName)];
    },

    clear: () => [clearCookie(cookieName)],

    async list(session) {
      const nowMs = runtime.nowMs();
      const sessions = await store.listByUser(session.userId);
      return sessions.filter((one) => limitReached(one, nowMs, limits) === null);
    },

    async endByVendor(key) {
      const { instance, issuer, sessionId, subject } = key;
      // Bearer tokens of the same provider session may be cached; their epoch tells.
      await revocations.raise(await vendorEpochKeys(key), runtime.nowMs());
      const sessions = await store.listByVendorSession({
        instance,
        issuer,
        ...(sessionId === undefined ? {} : { vendorSessionId: sessionId }),
        // A session id says more than a subject, which may also have other sessions.
        ...(subject === undefined || sessionId !== undefined ? {} : { subject }),
      });
      const nowMs = runtime.nowMs();
      await Promise.all(sessions.map(({ id }) => store.end(id, nowMs)));
      return sessions.length;
    },
  };
}

const MAX_ATTEMPTS = 5;

function invalid(reason: string): SessionRead {
  return { kind: "invalid", reason, setCookies: [] };
}

/** SECURITY: a store that cannot answer means neither yes nor no. */
async function answering(work: () => Promise<SessionRead>): Promise<SessionRead> {
  try {
    return await work();
  } catch {
    return { kind: "unavailable", reason: "store_unavailable", setCookies: [] };
  }
}

async function storing<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch {
    return reject("store_unavailable");
  }
}
