import { isUnavailable, type Result } from "../../internal/result.ts";
import { observe } from "../../telemetry/observe.ts";
import type { OperationFacts } from "../../telemetry/telemetry.ts";
import { receiveWebhook, type Received } from "../../webhooks/receive.ts";
import type { Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { refuse, type Reply } from "./reply.ts";

/**
 * `POST webhooks/:instance`: a provider says what has changed in its directory. The caller is a
 * server; its signature over the raw body is the proof. 200 once it is taken over, 400 for what the
 * provider has not signed, 503 for "send it again".
 */
export async function webhook(
  call: Call,
  deps: AuthRoutesDeps,
  place: { readonly instance: string },
): Promise<Reply> {
  const provider = deps.providers.find(({ instance }) => instance === place.instance);
  if (provider?.webhooks === undefined) return refuse("route_not_found", "webhooks_off");
  const raw = {
    body: call.body,
    header(name: string) {
      const [line, second] = call.request.header(name.toLowerCase());
      return line === undefined || second !== undefined ? null : line;
    },
  };
  const { vendor, instance } = provider;
  const received = await observe(deps.runtime.telemetry, "webhook", {
    work: async (): Promise<Result<Received>> => {
      try {
        return await receiveWebhook(provider, raw, { ...deps, replay: deps.stores.replay });
      } catch {
        return { ok: false, reason: "store_unavailable" };
      }
    },
    facts: (result) => ({ ...factsOf(result), provider: { vendor, instance } }),
  });
  if (received.ok) {
    deps.runtime.log({
      level: "info",
      event: received.value.repeated ? "webhook.repeated" : "webhook.received",
      provider: provider.instance,
      fields: { changes: received.value.changes },
    });
    return { kind: "empty", status: 200 };
  }
  const status = isUnavailable(received.reason) ? 503 : 400;
  deps.runtime.log({
    level: status === 503 ? "error" : "warn",
    event: status === 503 ? "webhook.failed" : "webhook.refused",
    reason: received.reason,
    provider: provider.instance,
  });
  return { kind: "empty", status };
}

function factsOf(received: Result<Received>): OperationFacts {
  if (!received.ok) return { outcome: isUnavailable(received.reason) ? "unavailable" : "refused" };
  const { repeated, changes } = received.value;
  return { outcome: repeated ? "repeated" : "received", changes: { taken: changes } };
}
