import { withDeadline } from "../internal/deadline.ts";
import { reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import type { Matched } from "./evaluate.ts";
import { checkIdentity } from "./identity.ts";
import type { Enrichment, Identity } from "./profile.ts";

const TIMEOUT_MS = 10_000;

/**
 * Adds what the profile asks the vendor for. Rejects as the profile does, with
 * `provider_unavailable` if it throws or takes too long, and with `identity_invalid` if it adds what
 * it may not.
 */
export async function enrich(
  identity: Identity,
  { provider, profile, token }: Matched,
  { nowMs, log }: { readonly nowMs: () => number; readonly log: Log },
): Promise<Result<Identity>> {
  if (profile.enrich === undefined) return { ok: true, value: identity };
  let answer: Result<Enrichment>;
  try {
    answer = await withDeadline(profile.enrich(identity, { nowMs, token }), TIMEOUT_MS);
  } catch (error) {
    log({
      level: "warn",
      event: "token.enrich_failed",
      reason: "provider_unavailable",
      provider: provider.instance,
      // Only the name: a message may quote the vendor.
      fields: { profile: profile.id, error: error instanceof Error ? error.name : "unknown" },
    });
    return reject("provider_unavailable");
  }
  if (!answer.ok) return answer;
  const { roles, permissions, scopes, tenant } = answer.value;
  // SECURITY: a tenant is proven by the token; only a machine that names none may be bound elsewhere.
  if (tenant !== undefined && (identity.kind !== "service" || identity.tenant !== null)) {
    return reject("identity_invalid");
  }
  return checkIdentity({
    ...identity,
    ...(roles === undefined ? {} : { roles }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(tenant === undefined ? {} : { tenant }),
  });
}
