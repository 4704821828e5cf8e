import {
  createSvixVerifier,
  ok,
  reject,
  type DirectoryChange,
  type Webhooks,
} from "@tenantry/core/provider";
import {
  deletion,
  membershipChange,
  membershipName,
  organizationChange,
  userChange,
} from "./changes.ts";
import { isFields, isText, type Fields } from "./claims.ts";

/** The session is over at Clerk. */
const SESSION_ENDS = ["session.ended", "session.removed", "session.revoked"];
/** Times before this, read as milliseconds, are in 1970: they are seconds. */
const SMALLEST_MS = 100_000_000_000;

/**
 * Webhooks of one instance, signed as Svix does it. An event that says nothing about people, tenants
 * and memberships is no change.
 *
 * @see {@link https://clerk.com/docs/guides/development/webhooks/overview Clerk: webhooks}
 */
export function webhooks(secrets: readonly string[]): Webhooks {
  const verifier = createSvixVerifier({ secrets });
  return {
    async verify(raw, tools) {
      const signed = await verifier.verify(raw, tools.nowMs());
      if (!signed.ok) return signed;
      const event = parse(raw.body);
      if (event === null) return reject("malformed");
      const { type, data } = event;
      const change = changeOf(event);
      const endedSession = SESSION_ENDS.includes(type) ? data["id"] : undefined;
      return ok({
        eventId: signed.value.id,
        changes: change === null ? [] : [change],
        ...(isText(endedSession) ? { endedSessions: [endedSession] } : {}),
      });
    },
  };
}

interface ClerkEvent {
  readonly type: string;
  readonly data: Fields;
  readonly timeMs: number;
}

/** Null for a body that is no event. */
function parse(body: Uint8Array): ClerkEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return null;
  }
  if (!isFields(value)) return null;
  const { type, data, timestamp } = value;
  if (!isText(type) || !isFields(data)) return null;
  // The documents say milliseconds, and one of the specification's examples has seconds.
  const time = typeof timestamp === "number" ? timestamp : 0;
  return { type, data, timeMs: time < SMALLEST_MS ? time * 1000 : time };
}

function changeOf({ type, data, timeMs }: ClerkEvent): DirectoryChange | null {
  switch (type) {
    case "user.created":
    case "user.updated":
      return userChange(data);
    case "user.deleted":
      return isText(data["id"]) ? deletion("user", data["id"], timeMs) : null;
    case "organization.created":
    case "organization.updated":
      return organizationChange(data);
    case "organization.deleted":
      return isText(data["id"]) ? deletion("tenant", data["id"], timeMs) : null;
    case "organizationMembership.created":
    case "organizationMembership.updated":
      return membershipChange(data);
    case "organizationMembership.deleted":
      return endedMembership(data, timeMs);
    default:
      return null;
  }
}

/** The event has the whole membership; its own time may be that of its last change. */
function endedMembership(data: Fields, timeMs: number): DirectoryChange | null {
  const change = membershipChange(data);
  if (change?.kind !== "upsert" || change.entity !== "membership") return null;
  const { tenant, user } = change.data;
  return deletion("membership", membershipName(tenant, user), Math.max(timeMs, change.version));
}
