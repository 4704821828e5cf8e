import type { SessionStore } from "../directory/ports.ts";
import { isUnavailable, type Reason } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import { createSingleFlight } from "../internal/single-flight.ts";
import type { RefreshRequest } from "../provider/login-flow.ts";
import type { Identity } from "../tokens/profile.ts";
import { isRefreshDue } from "./begin.ts";
import { createExchange } from "./exchange.ts";
import { createLease, hasSameToken, releaseLease, type Sleep } from "./lease.ts";
import type { SessionRecord } from "./record.ts";
import type { SessionRenewal } from "./renewal.ts";
import type { Sealer } from "./seal.ts";
import { createSwitch, type SwitchTo } from "./switch.ts";
import { openVendorToken, sealVendorTokens } from "./vendor-tokens.ts";

/** A session after its renewal, or why there is none any more. */
export type Renewed =
  | { readonly kind: "session"; readonly session: SessionRecord }
  | { readonly kind: "ended"; readonly reason: Reason };

/** Renews sessions at the vendor. */
export interface Refresher {
  /** Refreshes if it is due. Throws when the store cannot answer. */
  renew(session: SessionRecord): Promise<Renewed>;
  readonly switchTo: SwitchTo;
}

/** What a refresher needs. */
export interface RefresherDeps {
  readonly store: SessionStore;
  readonly sealer: Sealer;
  readonly renewal: SessionRenewal;
  readonly runtime: Pick<Runtime, "nowMs" | "randomBytes" | "log" | "telemetry">;
  readonly sleep: Sleep;
}

const BACK_OFF_MS = 30_000;
const JITTER_MS = 10_000;

/**
 * Makes a {@link Refresher}. One refresh per session at a time: in this process by sharing the work,
 * between processes by a lease on the record, taken by compare-and-swap. Whoever comes second waits
 * for the first one's result and uses it.
 */
export function createRefresher(deps: RefresherDeps): Refresher {
  const { store, sealer, renewal, runtime } = deps;
  const lease = createLease(deps);
  const vendor = createExchange(renewal, runtime);
  const flights = createSingleFlight<Renewed>();

  async function run(session: SessionRecord): Promise<Renewed> {
    const taken = await lease.take(session, isRefreshDue);
    if (taken.kind === "ended") return taken;
    // `settled`: another process has done it. `busy`: it is still at it, and our own session lives
    // by its own limits meanwhile.
    if (taken.kind !== "leased") return { kind: "session", session: taken.session };
    return exchange(taken.session);
  }

  async function exchange(leased: SessionRecord): Promise<Renewed> {
    const token = await openVendorToken(leased.vendorSession?.sealedRefreshToken, leased, sealer);
    if (token === null) return end(leased, "vendor_token_unreadable");
    const answer = await vendor.ask(leased, token, ownTenant(leased));
    switch (answer.kind) {
      case "unavailable":
        logFailure(leased, answer.reason);
        return backOff(leased, answer.retryAfterSeconds);
      case "ended":
        return refusedByVendor(leased, answer.reason);
      case "refreshed":
        break;
    }

    const vendorSession = await sealVendorTokens(answer.tokens, leased, {
      sealer,
      nowMs: runtime.nowMs(),
      before: leased.vendorSession,
    });
    if (answer.identity === null) return write(leased, { vendorSession });
    const changed = whatChanged(leased, answer.identity);
    if (changed !== null) return end(leased, changed);

    const attested = await vendor.attest(leased, answer.identity);
    if (!attested.ok) {
      if (!isUnavailable(attested.reason)) return end(leased, attested.reason);
      // The vendor's new token is kept whatever happens here: the old one no longer works.
      logFailure(leased, attested.reason);
      return write(leased, { vendorSession: { ...vendorSession, refreshAtMs: retryTime() } });
    }
    // SECURITY: the directory's answer is compared as well: a link that moved, or a connection whose
    // row now stands for another tenant, must not carry this session along.
    if (attested.value.userId !== leased.userId) return end(leased, "subject_changed");
    if (attested.value.tenantId !== leased.tenantId) return end(leased, "tenant_changed");
    return write(leased, {
      vendorSession,
      roles: attested.value.roles,
      permissions: attested.value.permissions,
      vendorSessionId: answer.identity.sessionId ?? leased.vendorSessionId,
      lastSeenAtMs: runtime.nowMs(),
    });
  }

  /** The vendor refused the token. If someone else has renewed it meanwhile, theirs is the session. */
  async function refusedByVendor(leased: SessionRecord, reason: string): Promise<Renewed> {
    const latest = await store.get(leased.id);
    if (latest === null || latest.endedAtMs !== null) {
      return { kind: "ended", reason: "session_ended" };
    }
    if (!hasSameToken(latest, leased)) return { kind: "session", session: latest };
    logFailure(leased, reason);
    return end(leased, "session_refused_by_provider");
  }

  async function end(session: SessionRecord, reason: Reason): Promise<Renewed> {
    await store.end(session.id, runtime.nowMs());
    runtime.log({
      level: "warn",
      event: "session.ended",
      reason,
      provider: session.instance,
      fields: { session: session.id },
    });
    return { kind: "ended", reason };
  }

  function backOff(leased: SessionRecord, retryAfterSeconds = 0): Promise<Renewed> {
    return lease.update(leased, (latest) => ({
      vendorSession: releaseLease(
        latest,
        leased,
        Math.max(retryTime(), runtime.nowMs() + retryAfterSeconds * 1000),
      ),
    }));
  }

  function write(leased: SessionRecord, changes: Partial<SessionRecord>): Promise<Renewed> {
    return lease.update(leased, () => changes);
  }

  /** Spread out, so that a vendor that comes back is not met by everybody at once. */
  function retryTime(): number {
    const [random = 0] = runtime.randomBytes(1);
    return runtime.nowMs() + BACK_OFF_MS + (random / 255) * JITTER_MS;
  }

  function logFailure(session: SessionRecord, reason: string): void {
    runtime.log({
      level: "warn",
      event: "session.refresh_failed",
      reason,
      provider: session.instance,
      fields: { session: session.id },
    });
  }

  return {
    async renew(session) {
      if (!isRefreshDue(session, runtime.nowMs())) return { kind: "session", session };
      // SECURITY: the key holds the session and the token it was presented with. A key that two
      // people can share would hand one the other's session (CVE-2025-67490).
      return flights.run(`${session.id} ${session.secretHash ?? ""}`, () => run(session));
    },
    switchTo: createSwitch({ lease, exchange: vendor, sealer, runtime }),
  };
}

/** The tenant to name to the vendor: the session's own. */
function ownTenant(session: SessionRecord): RefreshRequest["tenant"] {
  return session.tenantExternal === null ? undefined : { external: session.tenantExternal };
}

/**
 * Compares a refreshed identity with the session. The tenant of a customer's own connection comes
 * from its row and not from the token, so there only the directory's answer is compared.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse OpenID Connect Core §12.2}
 */
function whatChanged(session: SessionRecord, identity: Identity): Reason | null {
  if (identity.issuer !== session.issuer || identity.subject !== session.subject) {
    return "subject_changed";
  }
  if (identity.kind !== "user") return "subject_changed";
  if (session.connectionId !== null) return null;
  const { tenant } = identity;
  if (tenant === null) return session.tenantId === null ? null : "tenant_changed";
  // A tenant that our configuration names is compared in local words, once the directory has read it.
  if ("local" in tenant) return null;
  return tenant.external === session.tenantExternal ? null : "tenant_changed";
}
