import type { WorldChange } from "../world/types.ts";
import {
  createWebhookQueue,
  type SignedWebhook,
  type WebhookOverrides,
  type WebhookQueue,
} from "../webhooks/queue.ts";
import { signSvix } from "../webhooks/svix.ts";
import type { ClerkContext } from "./context.ts";
import {
  deletedObject,
  isActive,
  membershipObject,
  organizationObject,
  roleObject,
  userObject,
} from "./objects.ts";
import { machineId, newId } from "./stamps.ts";

/** One event, before it is signed. */
export interface ClerkEvent {
  /** `svix-id`: the same for each delivery. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** Events on their way to the application. */
export interface ClerkWebhooks extends WebhookQueue<ClerkEvent> {
  /** All events, oldest first. */
  all(): readonly ClerkEvent[];
  /** Signs an event, or any body, as Svix does it. `id` is the event's own, or a new one for a body. */
  sign(
    event: ClerkEvent | string,
    overrides?: WebhookOverrides & { readonly id?: string },
  ): SignedWebhook;
  add(event: ClerkEvent): void;
}

/** Makes the webhooks, signed with one secret. */
export function createWebhooks(defaultSecret: string): ClerkWebhooks {
  const events: ClerkEvent[] = [];
  const sign: ClerkWebhooks["sign"] = (event, overrides = {}) =>
    signSvix({
      id: overrides.id ?? (typeof event === "string" ? newId("msg") : event.id),
      body: typeof event === "string" ? event : event.body,
      secret: overrides.secret ?? defaultSecret,
      signedAtMs: overrides.signedAtMs ?? Date.now(),
    });
  return {
    ...createWebhookQueue(events, { idOf: ({ id }) => id, sign }),
    sign,
    all: () => [...events],
    add: (event) => void events.push(event),
  };
}

/** An event as the vendor writes it. The time is in milliseconds, as the documents say. */
export function newEvent(
  { stamps, instanceId }: ClerkContext,
  type: string,
  data: Readonly<Record<string, unknown>>,
): ClerkEvent {
  const body = JSON.stringify({
    object: "event",
    type,
    data,
    instance_id: instanceId,
    timestamp: stamps.tick(),
    event_attributes: { http_request: { client_ip: "127.0.0.1", user_agent: "emulator" } },
  });
  return { id: newId("msg"), type, body };
}

/** Turns a change of the world into what the vendor would tell. */
export function announce(context: ClerkContext, change: WorldChange): void {
  const { stamps } = context;
  switch (change.entity) {
    case "user": {
      const { before, after } = change;
      const row = after ?? before;
      if (row === undefined) return;
      stamps.touch(row.id);
      if (after === undefined) context.emit("user.deleted", deletedObject("user", row.id));
      else context.emit(verb("user", before), userObject(context, after));
      return;
    }
    case "tenant": {
      const { before, after } = change;
      const row = after ?? before;
      if (row === undefined) return;
      stamps.touch(row.id);
      if (after === undefined) {
        const gone = { ...deletedObject("organization", row.id), slug: row.slug };
        context.emit("organization.deleted", gone);
      } else context.emit(verb("organization", before), organizationObject(context, after));
      return;
    }
    case "membership":
      announceMembership(context, change);
      return;
    case "service":
      stamps.touch(machineId((change.after ?? change.before)?.clientId ?? ""));
      return;
    case "role": {
      const { before, after } = change;
      stamps.touch(`role:${(after ?? before)?.slug ?? ""}`);
      if (after !== undefined) context.emit(verb("role", before), roleObject(context, after));
    }
  }
}

/** There are no pending or suspended memberships: one that is not active does not exist. */
function announceMembership(
  context: ClerkContext,
  { before, after }: Extract<WorldChange, { entity: "membership" }>,
): void {
  const was = before !== undefined && isActive(before) ? before : undefined;
  const is = after !== undefined && isActive(after) ? after : undefined;
  const row = is ?? was;
  if (row === undefined) return;
  const { stamps } = context;
  stamps.touch(stamps.membershipId(row.userId, row.tenantId));
  // The event of a removal has the whole membership, other than those of people and organizations.
  const data = membershipObject(context, row);
  if (is === undefined) {
    stamps.forgetMembership(row.userId, row.tenantId);
    context.emit("organizationMembership.deleted", data);
  } else context.emit(verb("organizationMembership", was), data);
}

function verb(name: string, before: object | undefined): string {
  return before === undefined ? `${name}.created` : `${name}.updated`;
}
