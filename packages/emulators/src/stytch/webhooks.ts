import { createHmac } from "node:crypto";
import type { WorldChange } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { newUuid, type Place } from "./ids.ts";
import { memberObject, organizationObject } from "./objects.ts";

/** A webhook's body (https://stytch.com/docs/workspace-management/webhooks). */
export interface StytchEvent {
  readonly project_id: string;
  readonly event_id: string;
  readonly action: "CREATE" | "UPDATE" | "DELETE";
  readonly object_type: "organization" | "member";
  readonly source: "DIRECT";
  readonly id: string;
  readonly timestamp: string;
  readonly vertical: "B2B";
  readonly organization?: object;
  readonly member?: object;
}

/** A webhook request as it goes out. */
export interface SignedStytchWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of one delivery; `status` is null when nobody answered. */
export interface StytchDelivery {
  readonly eventId: string;
  readonly status: number | null;
}

/** Events on their way to the application. */
export interface StytchWebhooks {
  /** Neither delivered nor lost, oldest first. */
  pending(): readonly StytchEvent[];
  /** Signs an event, or any body, as Svix does it. */
  sign(
    event: StytchEvent | string,
    overrides?: {
      readonly secret?: string;
      readonly signedAtMs?: number;
      /** Default: the event's, or a new one. */
      readonly messageId?: string;
    },
  ): SignedStytchWebhook;
  /** Posts events in this order, also again. Default: all that are pending. */
  deliver(to: string, eventIds?: readonly string[]): Promise<readonly StytchDelivery[]>;
  /** These never arrive. Default: all that are pending. */
  lose(eventIds?: readonly string[]): void;
}

/** Makes the webhooks over a log of events. */
export function createWebhooks(events: readonly StytchEvent[], secret: string): StytchWebhooks {
  const settled = new Set<string>();
  const pending = () => events.filter(({ event_id: id }) => !settled.has(id));
  const sign: StytchWebhooks["sign"] = (event, overrides = {}) => {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const own = typeof event === "string" ? newUuid() : event.event_id;
    const id = overrides.messageId ?? `msg_${own}`;
    const seconds = Math.floor((overrides.signedAtMs ?? Date.now()) / 1000);
    const key = Buffer.from((overrides.secret ?? secret).replace(/^whsec_/, ""), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
    return {
      headers: {
        "content-type": "application/json",
        "svix-id": id,
        "svix-timestamp": String(seconds),
        "svix-signature": `v1,${signature}`,
      },
      body,
    };
  };
  return {
    pending,
    sign,
    async deliver(to, eventIds) {
      const ids = eventIds ?? pending().map(({ event_id: id }) => id);
      const deliveries: StytchDelivery[] = [];
      for (const eventId of ids) {
        const event = events.find(({ event_id: id }) => id === eventId);
        if (event === undefined) throw new TypeError(`there is no event ${eventId}`);
        settled.add(eventId);
        deliveries.push({ eventId, status: await post(to, sign(event)) });
      }
      return deliveries;
    },
    lose(eventIds) {
      for (const id of eventIds ?? pending().map((event) => event.event_id)) settled.add(id);
    },
  };
}

/** The events that a change of the world makes. Sessions, roles and machines make none. */
export function eventsOf(context: StytchContext, change: WorldChange): readonly StytchEvent[] {
  const { ids, world } = context;
  const action =
    change.before === undefined ? "CREATE" : change.after === undefined ? "DELETE" : "UPDATE";
  switch (change.entity) {
    case "tenant": {
      const id = change.after?.id ?? change.before?.id ?? "";
      ids.touch(id);
      // Neither the object nor its organization. Some receivers expect `details.organization_id`, which
      // the vendor does not document: leaving it out is the stricter reading.
      if (change.after === undefined)
        return [newEvent(context, { action, object_type: "organization", id })];
      const organization = organizationObject(context, change.after);
      return [newEvent(context, { action, object_type: "organization", id, organization })];
    }
    case "membership": {
      const { after, before } = change;
      if (after === undefined) {
        const id = before && ids.forget(before);
        return id === undefined ? [] : [newEvent(context, { action, object_type: "member", id })];
      }
      return [memberEvent(context, after, action)];
    }
    case "user":
      // A person is no thing of the vendor's; their records in each organization change.
      return action === "UPDATE"
        ? world.memberships
            .ofUser(change.after?.id ?? "")
            .map((membership) => memberEvent(context, membership, "UPDATE"))
        : [];
    case "role":
    case "service":
      break;
  }
  return [];
}

function memberEvent(
  context: StytchContext,
  place: Place,
  action: StytchEvent["action"],
): StytchEvent {
  const id = context.ids.memberId(place);
  context.ids.touch(id);
  const member = memberObject(context, place);
  return newEvent(context, { action, object_type: "member", id, member });
}

function newEvent(
  { options, ids }: StytchContext,
  about: Pick<StytchEvent, "action" | "object_type" | "id" | "organization" | "member">,
): StytchEvent {
  return {
    project_id: options.projectId,
    event_id: `event-test-${newUuid()}`,
    source: "DIRECT",
    timestamp: new Date(ids.tick()).toISOString(),
    vertical: "B2B",
    ...about,
  };
}

async function post(to: string, { headers, body }: SignedStytchWebhook): Promise<number | null> {
  try {
    const response = await fetch(to, { method: "POST", headers, body, redirect: "manual" });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
