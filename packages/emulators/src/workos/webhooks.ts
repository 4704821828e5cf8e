import { createHmac } from "node:crypto";
import type { WorkosEvent } from "./events.ts";

/** A webhook request as it goes out. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a webhook is signed differently from what is honest. */
export interface WebhookOverrides {
  readonly secret?: string;
  /** When it says it was signed. Default: now. */
  readonly signedAtMs?: number;
}

/** What came of one delivery; `status` is null when nobody answered. */
export interface WebhookDelivery {
  readonly eventId: string;
  readonly status: number | null;
}

/** Events on their way to the application. Lost ones stay in the Events API. */
export interface WorkosWebhooks {
  /** Events that are not delivered and not lost, oldest first. */
  pending(): readonly WorkosEvent[];
  /** Signs an event, or any body, as the vendor does. */
  sign(event: WorkosEvent | string, overrides?: WebhookOverrides): SignedWebhook;
  /** Posts events in this order, also again. Default: all that are pending. */
  deliver(to: string, eventIds?: readonly string[]): Promise<readonly WebhookDelivery[]>;
  /** These never arrive. Default: all that are pending. */
  lose(eventIds?: readonly string[]): void;
}

/** Makes the webhooks over a log of events. */
export function createWebhooks(
  events: readonly WorkosEvent[],
  defaultSecret: string,
): WorkosWebhooks {
  const settled = new Set<string>();
  const pending = () => events.filter(({ id }) => !settled.has(id));
  const sign: WorkosWebhooks["sign"] = (event, overrides = {}) => {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const time = overrides.signedAtMs ?? Date.now();
    // `t` in milliseconds, over "<t>.<body>" (https://workos.com/docs/events/data-syncing/webhooks).
    const signature = createHmac("sha256", overrides.secret ?? defaultSecret)
      .update(`${time}.${body}`)
      .digest("hex");
    return {
      headers: {
        "content-type": "application/json",
        "workos-signature": `t=${time}, v1=${signature}`,
      },
      body,
    };
  };
  return {
    pending,
    sign,
    async deliver(to, eventIds) {
      const ids = eventIds ?? pending().map(({ id }) => id);
      const deliveries: WebhookDelivery[] = [];
      for (const eventId of ids) {
        const event = events.find(({ id }) => id === eventId);
        if (event === undefined) throw new TypeError(`there is no event ${eventId}`);
        settled.add(eventId);
        deliveries.push({ eventId, status: await post(to, sign(event)) });
      }
      return deliveries;
    },
    lose(eventIds) {
      for (const id of eventIds ?? pending().map((event) => event.id)) settled.add(id);
    },
  };
}

async function post(to: string, { headers, body }: SignedWebhook): Promise<number | null> {
  try {
    const response = await fetch(to, { method: "POST", headers, body, redirect: "manual" });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
