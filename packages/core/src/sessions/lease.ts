import type { SessionStore } from "../directory/ports.ts";
import type { Reason } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { SessionRecord } from "./record.ts";

/** Waits for that many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** What came of asking for the right to renew. */
export type Taken =
  /** Ours: nobody else renews this session until the lease ends. */
  | { readonly kind: "leased"; readonly session: SessionRecord }
  /** Nothing is left to do; this is the newest record. */
  | { readonly kind: "settled"; readonly session: SessionRecord }
  /** Someone else has been at it for longer than is worth waiting. */
  | { readonly kind: "busy"; readonly session: SessionRecord }
  | { readonly kind: "ended"; readonly reason: Reason };

/** The right to renew one session, across processes. */
export interface Lease {
  /** Takes the lease if `wanted` says so of the newest record; waits while another process has it. */
  take(
    session: SessionRecord,
    wanted: (session: SessionRecord, nowMs: number) => boolean,
  ): Promise<Taken>;
  /** Writes changes onto the newest record and gives the lease back. */
  update(
    leased: SessionRecord,
    changes: (latest: SessionRecord) => Partial<SessionRecord>,
  ): Promise<
    | { readonly kind: "session"; readonly session: SessionRecord }
    | { readonly kind: "ended"; readonly reason: Reason }
  >;
  /** The newest record once nobody renews it; null if it has ended. `busy` after the longest wait. */
  settle(id: string): Promise<SessionRecord | null | "busy">;
}

/** Longer than any vendor call may take: a second call with the same token would end the family. */
const LEASE_MS = 30_000;
const WAIT_MS = 10_000;
const POLL_MS = 100;
/** Only writes of `lastSeenAtMs` compete with these, and they are rare. */
const MAX_ATTEMPTS = 10;

const ENDED = { kind: "ended", reason: "session_ended" } as const;

/** Makes a {@link Lease}. Every method throws when the store cannot answer. */
export function createLease(deps: {
  readonly store: SessionStore;
  readonly runtime: Pick<Runtime, "nowMs">;
  readonly sleep: Sleep;
}): Lease {
  const { store, runtime, sleep } = deps;

  const isHeld = (session: SessionRecord) =>
    (session.vendorSession?.leaseUntilMs ?? 0) > runtime.nowMs();

  async function settle(id: string): Promise<SessionRecord | null | "busy"> {
    const giveUpAtMs = runtime.nowMs() + WAIT_MS;
    for (;;) {
      const latest = await store.get(id);
      if (latest === null || latest.endedAtMs !== null) return null;
      if (!isHeld(latest)) return latest;
      if (runtime.nowMs() >= giveUpAtMs) return "busy";
      await sleep(POLL_MS);
    }
  }

  return {
    async take(session, wanted) {
      let current = session;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        if (current.endedAtMs !== null) return ENDED;
        const { vendorSession } = current;
        if (vendorSession === null || !wanted(current, runtime.nowMs())) {
          return { kind: "settled", session: current };
        }
        if (!isHeld(current)) {
          const leased = {
            ...current,
            version: current.version + 1,
            vendorSession: { ...vendorSession, leaseUntilMs: runtime.nowMs() + LEASE_MS },
          };
          if (await store.replace(leased)) return { kind: "leased", session: leased };
        }
        const settled = await settle(current.id);
        if (settled === null) return ENDED;
        if (settled === "busy") return { kind: "busy", session: current };
        current = settled;
      }
      return { kind: "busy", session: current };
    },

    async update(leased, changes) {
      let base = leased;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const next = { ...base, ...changes(base), version: base.version + 1 };
        if (await store.replace(next)) return { kind: "session", session: next };
        const latest = await store.get(leased.id);
        // SECURITY: a sign-out that came meanwhile stands, and what we bring is dropped.
        if (latest === null || latest.endedAtMs !== null) return ENDED;
        // Our lease ran out and another process has renewed since: its result is newer.
        if (!hasSameToken(latest, leased)) return { kind: "session", session: latest };
        base = latest;
      }
      // What we bring is not on record, so nobody may go on as if it were.
      throw new Error("The session changed too often to be written.");
    },

    settle,
  };
}

/** Sealing uses a fresh IV each time, so equal texts come from the same write. */
export function hasSameToken(a: SessionRecord, b: SessionRecord): boolean {
  return a.vendorSession?.sealedRefreshToken === b.vendorSession?.sealedRefreshToken;
}

/** The vendor part of `latest` without the lease of `leased`; a lease of someone else stays. */
export function releaseLease(
  latest: SessionRecord,
  leased: SessionRecord,
  refreshAtMs: number | null = latest.vendorSession?.refreshAtMs ?? null,
): SessionRecord["vendorSession"] {
  const { vendorSession } = latest;
  if (vendorSession === null) return null;
  const isOurs = vendorSession.leaseUntilMs === leased.vendorSession?.leaseUntilMs;
  return isOurs ? { ...vendorSession, refreshAtMs, leaseUntilMs: null } : vendorSession;
}
