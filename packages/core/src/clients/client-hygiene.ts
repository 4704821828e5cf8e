import { ok, reject, type Result } from "../internal/result.ts";
import type { Provider } from "../provider/define-provider.ts";
import type { ProviderTools } from "../provider/login-flow.ts";
import type { RegisteredClient } from "../provider/mcp.ts";

/** What counts as left over. */
export interface HygieneRules {
  /** A client that registered itself and was not used for so long. Default 90. */
  readonly idleDays?: number;
  /** A client that registered itself so long ago and was never used. Default 7. */
  readonly unusedDays?: number;
}

/** One client that could go, and why. */
export interface StaleClient {
  readonly clientId: string;
  readonly name: string | null;
  readonly why: "idle" | "never_used";
  /** `failed`: the vendor refused or did not answer. `kept`: a dry run, or the vendor cannot delete. */
  readonly outcome: "kept" | "removed" | "failed";
}

/** The clients at one provider's authorization server. */
export interface HygieneReport {
  readonly instance: string;
  readonly total: number;
  /** Those that registered themselves (RFC 7591): only they are ever removed. */
  readonly dynamic: number;
  /** Clients of which the vendor does not say when they were used. They are never removed. */
  readonly unknownUse: number;
  readonly stale: readonly StaleClient[];
}

const DAY_MS = 86_400_000;
/** A vendor whose cursor runs in circles must not keep us for ever. */
const MAX_PAGES = 1000;

/**
 * Counts the clients that are registered at a provider, and removes the left-over ones if `remove` is
 * set. Rejects with `clients_unsupported`, and with what the vendor's list rejects with.
 */
export async function tidyClients(
  provider: Provider & { readonly instance: string },
  tools: ProviderTools,
  options: HygieneRules & { readonly remove?: boolean } = {},
): Promise<Result<HygieneReport>> {
  const clients = provider.mcp?.clients;
  if (clients === undefined) return reject("clients_unsupported");
  const all = new Map<string, RegisteredClient>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await clients.list(cursor, tools);
    if (!page.ok) return page;
    for (const client of page.value.items) all.set(client.clientId, client);
    cursor = page.value.next;
    if (cursor === undefined) break;
  }

  const stale: StaleClient[] = [];
  for (const client of all.values()) {
    const why = staleness(client, options, tools.nowMs());
    if (why === null) continue;
    // A dry run, or a vendor that has no way to delete one.
    const removed =
      options.remove === true ? await clients.remove?.(client.clientId, tools) : undefined;
    const outcome = removed === undefined ? "kept" : removed.ok ? "removed" : "failed";
    stale.push({ clientId: client.clientId, name: client.name, why, outcome });
  }
  const clientsOf = [...all.values()];
  return ok({
    instance: provider.instance,
    total: all.size,
    dynamic: clientsOf.filter(({ registration }) => registration === "dynamic").length,
    unknownUse: clientsOf.filter(({ lastUsedAtMs }) => lastUsedAtMs === undefined).length,
    stale,
  });
}

/** SECURITY: only what registered itself, and only on the vendor's own word about its use. */
function staleness(
  { registration, createdAtMs, lastUsedAtMs }: RegisteredClient,
  { idleDays = 90, unusedDays = 7 }: HygieneRules,
  nowMs: number,
): StaleClient["why"] | null {
  if (registration !== "dynamic" || lastUsedAtMs === undefined) return null;
  if (lastUsedAtMs !== null) return nowMs - lastUsedAtMs > idleDays * DAY_MS ? "idle" : null;
  const isOld = createdAtMs !== undefined && nowMs - createdAtMs > unusedDays * DAY_MS;
  return isOld ? "never_used" : null;
}
