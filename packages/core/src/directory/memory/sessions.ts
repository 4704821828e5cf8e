import type { Clock } from "../../internal/clock.ts";
import type { SessionRecord } from "../../sessions/record.ts";
import type { SessionStore } from "../ports.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { createSweeper } from "./sweeper.ts";

/** Sessions in the memory of one process. Expired ones are forgotten as new ones come. */
export function memorySessions(nowMs: Clock): SessionStore {
  const byId = new Map<string, SessionRecord>();
  const idByHash = new Map<string, string>();
  const idsByUser = new Map<string, Set<string>>();

  const find = (id: string | undefined) => (id === undefined ? null : (byId.get(id) ?? null));

  function write(session: SessionRecord): void {
    forget(byId.get(session.id));
    const stored = frozenCopy(session);
    byId.set(stored.id, stored);
    if (stored.secretHash !== null) idByHash.set(stored.secretHash, stored.id);
    idsByUser.set(stored.userId, (idsByUser.get(stored.userId) ?? new Set()).add(stored.id));
  }

  function forget(session: SessionRecord | undefined): void {
    if (session === undefined) return;
    byId.delete(session.id);
    if (session.secretHash !== null) idByHash.delete(session.secretHash);
    const ids = idsByUser.get(session.userId);
    ids?.delete(session.id);
    if (ids?.size === 0) idsByUser.delete(session.userId);
  }

  function sweep(beforeMs: number): void {
    for (const session of byId.values()) {
      const endedAtMs = session.endedAtMs ?? Number.POSITIVE_INFINITY;
      if (Math.min(session.expiresAtMs, endedAtMs) < beforeMs) forget(session);
    }
  }

  const sweeper = createSweeper(byId, () => sweep(nowMs()));

  return {
    async get(id) {
      return find(id);
    },
    async getBySecretHash(secretHash) {
      return find(idByHash.get(secretHash));
    },
    async insert(session) {
      const isTaken =
        byId.has(session.id) || (session.secretHash !== null && idByHash.has(session.secretHash));
      if (isTaken) throw new Error("A session with this id or secret exists already.");
      write(session);
      sweeper.afterInsert();
    },
    async replace(session) {
      const stored = find(session.id);
      // SECURITY: a logout is final. Whoever still renews the session must not bring it back.
      if (stored === null || stored.endedAtMs !== null) return false;
      if (stored.version !== session.version - 1) return false;
      write(session);
      return true;
    },
    async end(id, endedAtMs) {
      const stored = find(id);
      if (stored !== null && stored.endedAtMs === null) write({ ...stored, endedAtMs });
    },
    async listByUser(userId) {
      const ids = [...(idsByUser.get(userId) ?? [])];
      return ids.flatMap((id) => byId.get(id) ?? []).filter((row) => row.endedAtMs === null);
    },
    async listByVendorSession({ instance, issuer, vendorSessionId, subject }) {
      if (vendorSessionId === undefined && subject === undefined) return [];
      return [...byId.values()].filter(
        (row) =>
          row.endedAtMs === null &&
          row.instance === instance &&
          row.issuer === issuer &&
          (vendorSessionId === undefined || row.vendorSessionId === vendorSessionId) &&
          (subject === undefined || row.subject === subject),
      );
    },
    async sweep(beforeMs) {
      sweep(beforeMs);
    },
  };
}
