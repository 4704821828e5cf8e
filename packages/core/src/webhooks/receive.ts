import type { Directory } from "../directory/directory.ts";
import type { ReplayStore } from "../directory/ports.ts";
import { sha256 } from "../internal/encoding.ts";
import { isUnavailable, ok, reject, type Result } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { ProviderTools } from "../provider/login-flow.ts";
import type { DirectoryChange, RawWebhook } from "../provider/directory.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { InstanceProvider } from "../tokens/provider-instance.ts";
import { takeTurn } from "./take-turn.ts";

/** What receiving webhooks needs. */
export interface ReceiveDeps {
  readonly directory: Pick<Directory, "apply">;
  readonly sessions: Pick<Sessions, "endByVendor">;
  readonly replay: ReplayStore;
  toolsFor(provider: InstanceProvider): ProviderTools;
  readonly runtime: Pick<Runtime, "nowMs" | "log">;
}

/** What became of a webhook that was good: how many changes it brought, and whether it came before. */
export interface Received {
  readonly changes: number;
  readonly repeated: boolean;
}

/** Longer than vendors go on repeating a delivery. */
const REMEMBER_MS = 4 * 24 * 3_600_000;

/**
 * Verifies a webhook, takes its changes over into the directory and ends the sessions that the vendor
 * has ended. Rejects with the adapter's reason for what the vendor has not signed, and with an
 * `*_unavailable` reason if something could not be found out, so that the vendor sends it again.
 * Throws when a store cannot answer.
 */
export async function receiveWebhook(
  provider: InstanceProvider,
  raw: RawWebhook,
  deps: ReceiveDeps,
): Promise<Result<Received>> {
  const { webhooks, instance } = provider;
  if (webhooks === undefined) return reject("webhooks_off");
  const tools = deps.toolsFor(provider);
  const verified = await orUnavailable(() => webhooks.verify(raw, tools));
  if (!verified.ok) return verified;

  const { eventId, changes, endedSessions = [] } = verified.value;
  const event = `webhook:${await sha256(JSON.stringify([instance, eventId]))}`;
  const turn = await takeTurn(deps.replay, event, deps.runtime.nowMs() + REMEMBER_MS);
  if (turn === null) return ok({ changes: 0, repeated: true });

  let failure: Result<Received> | null = null;
  for (const change of changes) {
    const taken = await takeOver(provider, change, { tools, deps });
    // The others are tried all the same: one person's trouble is not another's.
    if (!taken.ok && isUnavailable(taken.reason)) failure = taken;
  }
  for (const sessionId of endedSessions) {
    await deps.sessions.endByVendor({ instance, issuer: provider.issuer ?? "", sessionId });
  }
  if (failure !== null) return failure;
  await turn.done();
  return ok({ changes: changes.length, repeated: false });
}

async function takeOver(
  provider: InstanceProvider,
  change: DirectoryChange,
  { tools, deps }: { readonly tools: ProviderTools; readonly deps: ReceiveDeps },
) {
  const full = change.kind === "refetch" ? await refetch(provider, change, tools) : ok(change);
  const source = { instance: provider.instance, issuer: provider.issuer ?? "" };
  const taken = full.ok ? await deps.directory.apply(source, full.value) : full;
  if (!taken.ok) {
    deps.runtime.log({
      level: isUnavailable(taken.reason) ? "error" : "warn",
      event: "webhook.change_failed",
      reason: taken.reason,
      provider: provider.instance,
    });
  }
  return taken;
}

/** Asks the vendor about a thing that an event only names. */
async function refetch(
  { directory }: InstanceProvider,
  { entity, external }: DirectoryChange,
  tools: ProviderTools,
): Promise<Result<DirectoryChange>> {
  if (directory === undefined) return reject("refetch_unsupported");
  return orUnavailable(() => directory.get(entity, external, tools));
}

/** What an adapter throws means that something could not be found out. */
async function orUnavailable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch {
    return reject("provider_unavailable");
  }
}
