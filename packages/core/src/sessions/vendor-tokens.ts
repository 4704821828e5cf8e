import type { VendorTokens } from "../provider/login-flow.ts";
import type { SessionRecord, VendorSession } from "./record.ts";
import type { Sealer } from "./seal.ts";

const PURPOSE = "vendor_token";

/** Refresh this long before the vendor's access token ends. */
const LEAD_MS = 30_000;
const MIN_INTERVAL_MS = 30_000;
/** For vendors that do not say when their access token ends. */
const DEFAULT_INTERVAL_MS = 300_000;

type Owner = Pick<SessionRecord, "instance" | "userId" | "expiresAtMs">;

/** Seals the vendor's tokens for a record. An answer without a new refresh token keeps the one before. */
export async function sealVendorTokens(
  tokens: VendorTokens,
  owner: Owner,
  {
    sealer,
    nowMs,
    before,
  }: {
    readonly sealer: Sealer;
    readonly nowMs: number;
    readonly before?: VendorSession | null;
  },
): Promise<VendorSession> {
  const seal = async (token: string | undefined) =>
    token === undefined
      ? null
      : sealer.seal(PURPOSE, token, { expiresAtMs: owner.expiresAtMs, aad: placeOf(owner) });
  const [refreshToken, idToken] = await Promise.all([
    seal(tokens.refreshToken),
    seal(tokens.idToken),
  ]);
  const sealedRefreshToken = refreshToken ?? before?.sealedRefreshToken ?? null;
  return {
    sealedRefreshToken,
    refreshAtMs: sealedRefreshToken === null ? null : refreshTime(tokens.refreshAtSeconds, nowMs),
    leaseUntilMs: null,
    sealedIdToken: idToken ?? before?.sealedIdToken ?? null,
  };
}

/** Opens one sealed vendor token; null if there is none or its secret is gone. */
export async function openVendorToken(
  sealed: string | null | undefined,
  owner: Owner,
  sealer: Sealer,
): Promise<string | null> {
  if (sealed === null || sealed === undefined) return null;
  const token = await sealer.open(PURPOSE, sealed, { aad: placeOf(owner) });
  return typeof token === "string" ? token : null;
}

/** A token of one person, copied into another's record, does not open. */
function placeOf({ instance, userId }: Owner): string {
  return JSON.stringify([instance, userId]);
}

function refreshTime(endsAtSeconds: number | undefined, nowMs: number): number {
  if (endsAtSeconds === undefined || !Number.isFinite(endsAtSeconds)) {
    return nowMs + DEFAULT_INTERVAL_MS;
  }
  return Math.max(endsAtSeconds * 1000 - LEAD_MS, nowMs + MIN_INTERVAL_MS);
}
