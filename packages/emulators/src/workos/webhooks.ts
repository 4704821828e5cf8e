import { createHmac } from "node:crypto";
import {
  createWebhookQueue,
  type SignedWebhook,
  type WebhookOverrides,
  type WebhookQueue,
} from "../webhooks/queue.ts";
import type { WorkosEvent } from "./events.ts";

/** Events on their way to the application. Lost ones stay in the Events API. */
export interface WorkosWebhooks extends WebhookQueue<WorkosEvent> {
  /** Signs an event, or any body, as the vendor does. */
  sign(event: WorkosEvent | string, overrides?: WebhookOverrides): SignedWebhook;
}

/** Makes the webhooks over a log of events. */
export function createWebhooks(
  events: readonly WorkosEvent[],
  defaultSecret: string,
): WorkosWebhooks {
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
  return { ...createWebhookQueue(events, { idOf: ({ id }) => id, sign }), sign };
}
