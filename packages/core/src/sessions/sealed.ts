import { userKey } from "../directory/revocation-keys.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import { subjectEpochKey, vendorSessionEpochKey } from "../tokens/epochs.ts";
import { isTouchDue, limitReached, newRecord, newSessionId } from "./begin.ts";
import { clearCookie, setCookie } from "./cookies.ts";
import type { SessionRecord } from "./record.ts";
import type {
  IssuedSession,
  ModeDeps,
  SessionRead,
  Sessions,
  VendorSessionKey,
} from "./sessions.ts";

const PURPOSE = "session";

/** The epoch of one session of ours. */
function sessionKey(id: string): string {
  return `session:${id}`;
}

/**
 * Sessions in their cookie, encrypted: nothing is stored but when something was revoked. They hold
 * no vendor tokens and are never renewed at the vendor; the directory caps what they say.
 */
export function createSealedSessions(deps: ModeDeps): Sessions {
  const { cookieName, revocations, replay, runtime, limits, sealer } = deps;

  async function issue(session: SessionRecord): Promise<Result<IssuedSession>> {
    const expiresAtMs = Math.min(session.expiresAtMs, session.lastSeenAtMs + limits.idleMs);
    const value = await sealer.seal(PURPOSE, session, { expiresAtMs, aad: cookieName });
    const cookie = setCookie(cookieName, value, {
      maxAgeSeconds: (session.expiresAtMs - runtime.nowMs()) / 1000,
    });
    return cookie.ok ? ok({ session, setCookies: [cookie.value] }) : cookie;
  }

  async function find(value: string): Promise<Result<SessionRecord>> {
    const session = await sealer.open(PURPOSE, value, { aad: cookieName });
    if (!isRecord(session)) return reject("session_unknown");
    const limit = limitReached(session, runtime.nowMs(), limits);
    if (limit !== null) return reject(limit);
    const revoked = await isRevoked(session);
    return revoked ? reject("session_revoked") : ok(session);
  }

  async function isRevoked(session: SessionRecord): Promise<boolean> {
    const { instance, issuer, subject, vendorSessionId } = session;
    const keys = [
      sessionKey(session.id),
      userKey(session.userId),
      await subjectEpochKey(instance, issuer, subject),
      ...(vendorSessionId === null
        ? []
        : [await vendorSessionEpochKey(instance, issuer, vendorSessionId)]),
    ];
    const [own = Number.NaN, ...others] = await revocations.read(keys);
    // An id is never used again, so any time at all means that it has ended, whatever the clocks of
    // two machines say. Both are written so that an answer which is no number refuses.
    if (own !== 0) return true;
    return (
      others.length !== keys.length - 1 ||
      !others.every((revokedAtMs) => session.createdAtMs > revokedAtMs)
    );
  }

  async function read(value: string): Promise<SessionRead> {
    const found = await find(value);
    if (!found.ok) return { kind: "invalid", reason: found.reason, setCookies: [] };
    const session = found.value;
    const nowMs = runtime.nowMs();
    if (!isTouchDue(session, nowMs)) return { kind: "session", session, setCookies: [] };
    const issued = await issue({ ...session, lastSeenAtMs: nowMs });
    return issued.ok
      ? { kind: "session", ...issued.value }
      : { kind: "session", session, setCookies: [] };
  }

  async function answering(work: () => Promise<SessionRead>): Promise<SessionRead> {
    try {
      return await work();
    } catch {
      // SECURITY: a revocation store that cannot answer means neither yes nor no.
      return { kind: "unavailable", reason: "store_unavailable", setCookies: [] };
    }
  }

  async function revoke(keys: readonly string[]): Promise<void> {
    await revocations.raise(keys, runtime.nowMs());
  }

  return {
    cookieName,
    read: (value) => answering(() => read(value)),

    peek: (value) =>
      answering(async () => {
        const found = await find(value);
        return found.ok
          ? { kind: "session", session: found.value, setCookies: [] }
          : { kind: "invalid", reason: found.reason, setCookies: [] };
      }),

    async begin(start) {
      const record = newRecord(start, runtime, limits);
      return record.ok ? issue(record.value) : record;
    },

    async rotate(session, changes) {
      try {
        const [endedAtMs = Number.NaN] = await revocations.read([sessionKey(session.id)]);
        if (endedAtMs !== 0) return reject("session_ended");
        const issued = await issue({
          ...session,
          ...changes,
          id: newSessionId(runtime),
          lastSeenAtMs: runtime.nowMs(),
        });
        if (!issued.ok) return issued;
        // SECURITY: one successor, or a copied cookie would go on living beside the honest one.
        const isFirst = await replay.claim(`rotated:${session.id}`, session.expiresAtMs);
        if (!isFirst) return reject("session_ended");
        await revoke([sessionKey(session.id)]);
        return issued;
      } catch {
        return reject("store_unavailable");
      }
    },

    // Without a vendor token only a sign-in can ask for another tenant.
    async switchTo() {
      return { kind: "sign_in" };
    },

    async end(session) {
      await revoke([sessionKey(session.id)]);
      return [clearCookie(cookieName)];
    },

    clear: () => [clearCookie(cookieName)],

    async list(session) {
      return [session];
    },

    async endByVendor(key) {
      await revoke(await vendorEpochKeys(key));
      return 0;
    },
  };
}

/** Only `issue` seals for this purpose; another version of this code may have been the one. */
function isRecord(value: unknown): value is SessionRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "endedAtMs" in value &&
    "entered" in value &&
    "userId" in value &&
    typeof value.userId === "string"
  );
}

/** The epochs that a provider's sign-out raises: of its session if it names one, else of the person. */
export async function vendorEpochKeys(key: VendorSessionKey): Promise<readonly string[]> {
  const { instance, issuer, sessionId, subject } = key;
  if (sessionId !== undefined) return [await vendorSessionEpochKey(instance, issuer, sessionId)];
  return subject === undefined ? [] : [await subjectEpochKey(instance, issuer, subject)];
}
