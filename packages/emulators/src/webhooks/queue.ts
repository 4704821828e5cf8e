/** A webhook request as it goes out. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of one delivery; `status` is null when nobody answered. */
export interface WebhookDelivery {
  readonly eventId: string;
  readonly status: number | null;
}

/** How a webhook is signed differently from what is honest. */
export interface WebhookOverrides {
  readonly secret?: string;
  /** When it says it was signed. Default: now. */
  readonly signedAtMs?: number;
}

/** Events on their way to the application. */
export interface WebhookQueue<Event> {
  /** Events that are not delivered and not lost, oldest first. */
  pending(): readonly Event[];
  /** Posts events in this order, also again. Default: all that are pending. */
  deliver(to: string, eventIds?: readonly string[]): Promise<readonly WebhookDelivery[]>;
  /** These never arrive. Default: all that are pending. */
  lose(eventIds?: readonly string[]): void;
}

/** Makes the queue over a log of events, which may grow. */
export function createWebhookQueue<Event>(
  events: readonly Event[],
  vendor: {
    readonly idOf: (event: Event) => string;
    readonly sign: (event: Event) => SignedWebhook;
  },
): WebhookQueue<Event> {
  const { idOf, sign } = vendor;
  const settled = new Set<string>();
  const pending = () => events.filter((event) => !settled.has(idOf(event)));
  return {
    pending,
    async deliver(to, eventIds = pending().map(idOf)) {
      const deliveries: WebhookDelivery[] = [];
      for (const eventId of eventIds) {
        const event = events.find((one) => idOf(one) === eventId);
        if (event === undefined) throw new TypeError(`there is no event ${eventId}`);
        settled.add(eventId);
        deliveries.push({ eventId, status: await post(to, sign(event)) });
      }
      return deliveries;
    },
    lose(eventIds = pending().map(idOf)) {
      for (const id of eventIds) settled.add(id);
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
