import { createTimestampVerifier, ok, reject, type Webhooks } from "@tenantry/core/provider";
import { isFields } from "./claims.ts";
import { readEvent } from "./events.ts";

/**
 * Webhooks, verified on the raw bytes within five minutes of their time, early or late. They come
 * unordered and more than once: core applies each change only if it is newer.
 *
 * @see {@link https://workos.com/docs/events/data-syncing/webhooks WorkOS: webhooks}
 */
export function webhooks(secrets: readonly string[]): Webhooks {
  const verifier = createTimestampVerifier({
    secrets,
    header: "workos-signature",
    unit: "milliseconds",
  });
  return {
    async verify(raw, tools) {
      const signed = await verifier.verify(raw, tools.nowMs());
      if (!signed.ok) return signed;
      const event = readEvent(parse(raw.body));
      return event === null ? reject("event_malformed") : ok(event);
    },
  };
}

function parse(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
