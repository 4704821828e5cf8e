import { isUnavailable, type Reason } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { RefreshAnswer, RefreshRequest } from "../provider/login-flow.ts";
import type { Identity } from "../tokens/profile.ts";
import type { Exchange } from "./exchange.ts";
import { releaseLease, type Lease } from "./lease.ts";
import type { SessionRecord, VendorSession } from "./record.ts";
import type { Attestation } from "./renewal.ts";
import type { Sealer } from "./seal.ts";
import { openVendorToken, sealVendorTokens } from "./vendor-tokens.ts";

/** What became of a wish to switch without a new sign-in. */
export type Switched =
  /** The lease is held on `leased`; the caller replaces that record by one with these changes. */
  | {
      readonly kind: "attested";
      readonly leased: SessionRecord;
      readonly identity: Identity;
      readonly attested: Attestation;
      readonly vendorSession: VendorSession;
    }
  /** The vendor wants a sign-in for this tenant. */
  | { readonly kind: "refused" }
  /** The vendor answered for another tenant or person. */
  | { readonly kind: "mismatch"; readonly reason: Reason }
  | { readonly kind: "ended"; readonly reason: Reason }
  | { readonly kind: "unavailable"; readonly reason: Reason };

/** Refreshes in the name of another tenant. Throws when the store cannot answer. */
export type SwitchTo = (
  session: SessionRecord,
  target: { readonly tenantId: string; readonly tenant: NonNullable<RefreshRequest["tenant"]> },
) => Promise<Switched>;

/** Makes a {@link SwitchTo}. What the vendor has renewed is kept, whatever comes of the switch. */
export function createSwitch(deps: {
  readonly lease: Lease;
  readonly exchange: Exchange;
  readonly sealer: Sealer;
  readonly runtime: Pick<Runtime, "nowMs">;
}): SwitchTo {
  const { lease, exchange, sealer, runtime } = deps;

  return async (session, target) => {
    if ((session.vendorSession?.sealedRefreshToken ?? null) === null) return { kind: "refused" };
    const taken = await lease.take(session, () => true);
    if (taken.kind === "ended") return taken;
    if (taken.kind !== "leased")
      return { kind: "unavailable", reason: "session_lease_unavailable" };
    const leased = taken.session;
    const token = await openVendorToken(leased.vendorSession?.sealedRefreshToken, leased, sealer);
    const answer: RefreshAnswer =
      token === null
        ? { kind: "ended", reason: "vendor_token_unreadable" }
        : await exchange.ask(leased, token, target.tenant);
    if (answer.kind !== "refreshed") {
      await lease.update(leased, (latest) => ({
        vendorSession: releaseLease(latest, leased),
      }));
      // A vendor that says no here may only mean this tenant. The session stays; the next refresh
      // in its own name finds out.
      return answer.kind === "ended" ? { kind: "refused" } : answer;
    }

    const vendorSession = await sealVendorTokens(answer.tokens, leased, {
      sealer,
      nowMs: runtime.nowMs(),
      before: leased.vendorSession,
    });
    // The old token no longer works, so the new one stays with the session, switched or not.
    const notSwitched = async (outcome: Switched): Promise<Switched> => {
      await lease.update(leased, () => ({ vendorSession }));
      return outcome;
    };
    const { identity } = answer;
    if (identity === null) return notSwitched({ kind: "refused" });
    const reason = whatDiffers(leased, identity, target.tenant.external);
    if (reason !== null) return notSwitched({ kind: "mismatch", reason });
    const attested = await exchange.attest(leased, identity);
    if (!attested.ok) {
      const kind = isUnavailable(attested.reason) ? "unavailable" : "mismatch";
      return notSwitched({ kind, reason: attested.reason });
    }
    const { userId, tenantId } = attested.value;
    if (userId !== leased.userId)
      return notSwitched({ kind: "mismatch", reason: "subject_changed" });
    if (tenantId !== target.tenantId) {
      return notSwitched({ kind: "mismatch", reason: "tenant_changed" });
    }
    return { kind: "attested", leased, identity, attested: attested.value, vendorSession };
  };
}

/** Compares an identity with the session that asked for it in another tenant's name. */
function whatDiffers(session: SessionRecord, identity: Identity, external: string): Reason | null {
  if (identity.issuer !== session.issuer || identity.kind !== "user") return "subject_changed";
  // Some vendors give one person another subject in each organization; the directory knows both.
  if (identity.subjectScope === "global" && identity.subject !== session.subject) {
    return "subject_changed";
  }
  const { tenant } = identity;
  return tenant !== null && "external" in tenant && tenant.external === external
    ? null
    : "tenant_changed";
}
