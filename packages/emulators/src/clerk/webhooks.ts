import { createHmac } from "node:crypto";
import type { WorldChange } from "../world/types.ts";
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
  /** Default: the event's own, or a new one for a body. */
  readonly id?: string;
}

/** What came of one delivery; `status` is null when nobody answered. */
export interface WebhookDelivery {
  readonly eventId: string;
  readonly status: number | null;
}

/** Events on their way to the application. */
export interface ClerkWebhooks {
  /** All events, oldest first. */
  all(): readonly ClerkEvent[];
  /** Events that are not delivered and not lost, oldest first. */
  pending(): readonly ClerkEvent[];
  /** Signs an event, or any body, as the vendor does. */
  sign(event: ClerkEvent | string, overrides?: WebhookOverrides): SignedWebhook;
  /** Posts events in this order, also again. Default: all that are pending. */
  deliver(to: string, eventIds?: readonly string[]): Promise<readonly WebhookDelivery[]>;
  /** These never arrive. Default: all that are pending. */
  lose(eventIds?: readonly string[]): void;
  add(event: ClerkEvent): void;
}

/** Makes the webhooks, signed with one secret. */
export function createWebhooks(defaultSecret: string): ClerkWebhooks {
  const events: ClerkEvent[] = [];
  const settled = new Set<string>();
  const pending = () => events.filter(({ id }) => !settled.has(id));
  const sign: ClerkWebhooks["sign"] = (event, overrides = {}) => {
    const body = typeof event === "string" ? event : event.body;
    const id = overrides.id ?? (typeof event === "string" ? newId("msg") : event.id);
    const timestamp = Math.floor((overrides.signedAtMs ?? Date.now()) / 1000);
    const key = Buffer.from((overrides.secret ?? defaultSecret).replace(/^whsec_/, ""), "base64");
    // https://docs.svix.com/receiving/verifying-payloads/how-manual
    const signature = createHmac("sha256", key)
      .update(`${id}.${timestamp}.${body}`)
      .digest("base64");
    return {
      headers: {
        "content-type": "application/json",
        "svix-id": id,
        "svix-timestamp": String(timestamp),
        "svix-signature": `v1,${signature}`,
      },
      body,
    };
  };
  return {
    all: () => [...events],
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

async function post(to: string, { headers, body }: SignedWebhook): Promise<number | null> {
  try {
    const response = await fetch(to, { method: "POST", headers, body, redirect: "manual" });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
