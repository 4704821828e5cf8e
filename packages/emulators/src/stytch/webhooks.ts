import type { WorldChange } from "../world/types.ts";
import {
  createWebhookQueue,
  type SignedWebhook,
  type WebhookOverrides,
  type WebhookQueue,
} from "../webhooks/queue.ts";
import { signSvix } from "../webhooks/svix.ts";
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

/** Events on their way to the application. */
export interface StytchWebhooks extends WebhookQueue<StytchEvent> {
  /** Signs an event, or any body, as Svix does it. `messageId` is the event's, or a new one. */
  sign(
    event: StytchEvent | string,
    overrides?: WebhookOverrides & { readonly messageId?: string },
  ): SignedWebhook;
}

/** Makes the webhooks over a log of events. */
export function createWebhooks(events: readonly StytchEvent[], secret: string): StytchWebhooks {
  const sign: StytchWebhooks["sign"] = (event, overrides = {}) =>
    signSvix({
      id: overrides.messageId ?? `msg_${typeof event === "string" ? newUuid() : event.event_id}`,
      body: typeof event === "string" ? event : JSON.stringify(event),
      secret: overrides.secret ?? secret,
      signedAtMs: overrides.signedAtMs ?? Date.now(),
    });
  return { ...createWebhookQueue(events, { idOf: ({ event_id: id }) => id, sign }), sign };
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
