import type { Answer, Call, Fields } from "../http/api.ts";
import type { WorldChange } from "../world/types.ts";
import type { WorkosContext } from "./context.ts";
import { unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import {
  domainObject,
  membershipObject,
  organizationObject,
  roleObject,
  userObject,
} from "./objects.ts";
import { newId } from "./stamps.ts";

/** One event, as webhooks and the Events API show it. */
export interface WorkosEvent {
  readonly object: "event";
  readonly id: string;
  readonly event: string;
  readonly data: Fields;
  readonly created_at: string;
}

/** Makes an event that happens now. */
export function newEvent(
  { stamps }: Pick<WorkosContext, "stamps">,
  event: string,
  data: Fields,
): WorkosEvent {
  const id = newId("event");
  stamps.touch(id);
  return {
    object: "event",
    id,
    event,
    data: structuredClone(data),
    created_at: stamps.createdAt(id),
  };
}

/**
 * Announces a change of the world as the vendor would. When an organization or a person goes, their
 * memberships go first, each with an event of its own; the vendor documents no such cascade, so
 * nobody should need it.
 */
export function announce(context: WorkosContext, change: WorldChange): void {
  const { stamps } = context;
  const emit: WorkosContext["emit"] = (event, data) => context.emit(event, data);
  const verb =
    change.after === undefined ? "deleted" : change.before === undefined ? "created" : "updated";
  switch (change.entity) {
    case "user": {
      const user = change.after ?? change.before;
      if (user === undefined) return;
      stamps.touch(user.id);
      emit(`user.${verb}`, userObject(context, user));
      return;
    }
    case "tenant": {
      const tenant = change.after ?? change.before;
      if (tenant === undefined) return;
      stamps.touch(tenant.id);
      emit(`organization.${verb}`, organizationObject(context, tenant));
      if (verb !== "deleted") announceDomains(context, change);
      return;
    }
    case "membership": {
      const row = change.after ?? change.before;
      if (row === undefined) return;
      stamps.touch(stamps.membershipId(row.userId, row.tenantId));
      emit(`organization_membership.${verb}`, membershipObject(context, row));
      if (verb === "deleted") stamps.forgetMembership(row.userId, row.tenantId);
      return;
    }
    case "role": {
      const role = change.after ?? change.before;
      if (role === undefined) return;
      stamps.touch(`role_${role.slug}`);
      const { id: _id, ...data } = roleObject(context, role);
      emit(`role.${verb}`, data);
      return;
    }
    case "service":
      return; // applications of Connect have no events
  }
}

function announceDomains(
  context: WorkosContext,
  change: Extract<WorldChange, { entity: "tenant" }>,
): void {
  const { before, after } = change;
  if (after === undefined) return;
  for (const { domain, verified } of after.domains) {
    const known = before?.domains.find((each) => each.domain === domain);
    if (known?.verified === verified) continue;
    const data = domainObject(context, after, domain);
    if (known === undefined) context.emit("organization_domain.created", data);
    if (verified) context.emit("organization_domain.verified", data);
  }
  for (const { domain } of before?.domains ?? []) {
    if (after.domains.some((each) => each.domain === domain)) continue;
    context.emit("organization_domain.deleted", domainObject(context, after, domain));
  }
}

const MAX_RANGE_MS = 30 * 86_400_000;

/** `GET /events` (https://workos.com/docs/events/data-syncing/events-api), oldest first by default. */
export function listEvents(
  context: WorkosContext,
  { url }: Call,
  events: readonly WorkosEvent[],
): Answer {
  const query = new URLSearchParams(url.searchParams);
  const names = query.get("events")?.split(",");
  const organizationId = query.get("organization_id");
  const start = Date.parse(query.get("range_start") ?? new Date(0).toISOString());
  const end = Date.parse(query.get("range_end") ?? new Date(8.64e15).toISOString());
  if (Number.isNaN(start)) return unprocessable("range_start");
  if (Number.isNaN(end)) return unprocessable("range_end");
  if (query.has("range_start") && query.has("range_end") && end - start > MAX_RANGE_MS) {
    return unprocessable("range_end");
  }
  if (!query.has("order")) query.set("order", "asc");
  const items = events.filter(
    ({ event, data, created_at: at }) =>
      (names === undefined || names.includes(event)) &&
      (organizationId === null ||
        data["organization_id"] === organizationId ||
        data["id"] === organizationId) &&
      Date.parse(at) >= start &&
      Date.parse(at) <= end,
  );
  return listAnswer(
    context,
    items.map((each) => ({ ...each })),
    query,
  );
}
