import type { DirectoryChange, WebhookNews } from "@tenantry/core/provider";
import { changeOf, removalOf, timeOf } from "./changes.ts";
import { isFields, isText, type Fields } from "./claims.ts";

type Reader = (data: Fields, atMs: number) => DirectoryChange | null;

/** The domain's organization is asked about: the event has only the one domain. */
const refetchOrganization: Reader = ({ organization_id: external }) =>
  isText(external) ? { kind: "refetch", entity: "tenant", external } : null;

const READERS: Readonly<Record<string, Reader>> = {
  "user.created": changeOf.user,
  "user.updated": changeOf.user,
  "user.deleted": removalOf.user,
  "organization.created": changeOf.tenant,
  "organization.updated": changeOf.tenant,
  "organization.deleted": removalOf.tenant,
  "organization_domain.created": refetchOrganization,
  "organization_domain.updated": refetchOrganization,
  "organization_domain.verified": refetchOrganization,
  "organization_domain.deleted": refetchOrganization,
  "organization_membership.created": changeOf.membership,
  "organization_membership.updated": changeOf.membership,
  "organization_membership.deleted": removalOf.membership,
};

/** What ends with these is found again by its id in identities (`sessionId`). */
const ENDINGS = ["session.revoked", "api_key.revoked"];

/** The events that change the directory. */
export const EVENT_NAMES = Object.keys(READERS);

/**
 * An event of a webhook or of the Events API, which have the same ids. Null if it is not what the
 * documentation says. One about something else has no changes.
 *
 * @see {@link https://workos.com/docs/events WorkOS: events}
 */
export function readEvent(event: Fields): WebhookNews | null {
  const { id, event: name, data, created_at: createdAt } = event;
  const atMs = timeOf(createdAt);
  if (!isText(id) || !isText(name) || !isFields(data) || atMs === null) return null;
  if (ENDINGS.includes(name)) {
    const { id: ended } = data;
    return isText(ended) ? { eventId: id, changes: [], endedSessions: [ended] } : null;
  }
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined) return { eventId: id, changes: [] };
  const change = reader(data, atMs);
  return change === null ? null : { eventId: id, changes: [change] };
}
