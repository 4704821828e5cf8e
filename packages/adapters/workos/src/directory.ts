import {
  ok,
  reject,
  type DirectoryChange,
  type DirectoryEntity,
  type DirectorySource,
  type Page,
  type Result,
} from "@tenantry/core/provider";
import { orRejection, type ApiPage, type WorkosApi } from "./api.ts";
import { changeOf, membershipId, partsOfMembership, removalOf } from "./changes.ts";
import { isText, type Fields } from "./claims.ts";
import { failureOf } from "./errors.ts";
import { EVENT_NAMES, readEvent } from "./events.ts";

const USERS = "/user_management/users";
/** Where memberships are. */
export const MEMBERSHIPS = "/user_management/organization_memberships";
const ORGANIZATIONS = "/organizations";
/** Without this only active ones come. */
export const ALL_STATUSES = "active,inactive,pending";

/** The vendor's lists and its log of events, for reconciliation. */
export function directory(
  api: WorkosApi,
): DirectorySource & Required<Pick<DirectorySource, "events">> {
  return {
    list: (entity, cursor) =>
      orRejection(() =>
        entity === "membership" ? memberships(api, cursor) : rows(api, entity, cursor),
      ),

    get: (entity, external, tools) =>
      orRejection(() => getOne(api, entity, { external, nowMs: tools.nowMs() })),

    membershipId: ({ tenant, user }) => membershipId(tenant, user),

    /**
     * Events after the one that `cursor` names; without it all that the vendor still has. `next`
     * names the last one, whether or not more have happened: an empty page has none.
     */
    events: (cursor) =>
      orRejection(async () => {
        const { items } = await api.page("/events", {
          events: EVENT_NAMES.join(","),
          ...afterOf(cursor),
        });
        const changes: DirectoryChange[] = [];
        for (const item of items) {
          const event = readEvent(item);
          if (event === null) return reject("event_malformed");
          changes.push(...event.changes);
        }
        const last = items.at(-1)?.["id"];
        return ok({ items: changes, ...(isText(last) ? { next: last } : {}) });
      }),
  };
}

async function rows(
  api: WorkosApi,
  entity: "tenant" | "user",
  cursor: string | undefined,
): Promise<Result<Page<DirectoryChange>>> {
  const path = entity === "user" ? USERS : ORGANIZATIONS;
  const page = await api.page(path, afterOf(cursor));
  return pageOf(page.items, changeOf[entity], page.after);
}

/**
 * Memberships are listed by organization, so a cursor names the organization and, after a slash, the
 * membership that came last there.
 */
async function memberships(
  api: WorkosApi,
  cursor: string | undefined,
): Promise<Result<Page<DirectoryChange>>> {
  const [here = await organizationAfter(api, undefined), after] = cursor?.split("/") ?? [];
  if (here === undefined) return ok({ items: [] });
  const page = await listOrNothing(api, {
    organization_id: here,
    statuses: ALL_STATUSES,
    ...afterOf(after),
  });
  const next =
    page.after === undefined ? await organizationAfter(api, here) : `${here}/${page.after}`;
  return pageOf(page.items, changeOf.membership, next);
}

/** An organization that went between two pages has no memberships any more. */
async function listOrNothing(
  api: WorkosApi,
  query: Readonly<Record<string, string>>,
): Promise<ApiPage> {
  try {
    return await api.page(MEMBERSHIPS, query);
  } catch (error) {
    if (isGone(error)) return { items: [], after: undefined };
    throw error;
  }
}

async function organizationAfter(
  api: WorkosApi,
  after: string | undefined,
): Promise<string | undefined> {
  const { items } = await api.page(ORGANIZATIONS, { limit: 1, ...afterOf(after) });
  const id = items[0]?.["id"];
  return isText(id) ? id : undefined;
}

async function getOne(
  api: WorkosApi,
  entity: DirectoryEntity,
  { external, nowMs }: { readonly external: string; readonly nowMs: number },
): Promise<Result<DirectoryChange>> {
  if (entity === "membership") return getMembership(api, { external, nowMs });
  const path = `${entity === "user" ? USERS : ORGANIZATIONS}/${encodeURIComponent(external)}`;
  try {
    return orMalformed(changeOf[entity](await api.get(path)));
  } catch (error) {
    if (isGone(error)) return orMalformed(removalOf[entity]({ id: external }, nowMs));
    throw error;
  }
}

async function getMembership(
  api: WorkosApi,
  { external, nowMs }: { readonly external: string; readonly nowMs: number },
): Promise<Result<DirectoryChange>> {
  const parts = partsOfMembership(external);
  if (parts === null) return reject("not_found");
  const who = { user_id: parts.user, organization_id: parts.tenant };
  const { items } = await listOrNothing(api, { ...who, statuses: ALL_STATUSES });
  const found = items.find(
    (row) => row["user_id"] === parts.user && row["organization_id"] === parts.tenant,
  );
  return orMalformed(
    found === undefined ? removalOf.membership(who, nowMs) : changeOf.membership(found),
  );
}

function pageOf(
  items: readonly Fields[],
  read: (row: Fields) => DirectoryChange | null,
  next: string | undefined,
): Result<Page<DirectoryChange>> {
  const changes = items.map(read);
  if (!changes.every((change) => change !== null)) return reject("response_malformed_unavailable");
  return ok({ items: changes, ...(next === undefined ? {} : { next }) });
}

function orMalformed(change: DirectoryChange | null): Result<DirectoryChange> {
  return change === null ? reject("response_malformed_unavailable") : ok(change);
}

function isGone(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === "refused" && failure.status === 404;
}

function afterOf(cursor: string | undefined): Readonly<Record<string, string>> {
  return cursor === undefined ? {} : { after: cursor };
}
