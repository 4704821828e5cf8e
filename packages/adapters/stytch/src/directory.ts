import {
  ok,
  reject,
  type DirectoryChange,
  type DirectorySource,
  type Page,
  type Result,
} from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { goneMember, placeOf, readMember, readOrganization } from "./changes.ts";
import { isText } from "./claims.ts";
import { failureOf, rejectionOf } from "./errors.ts";

const PAGE = 100;

/** Where a walk through the members of all organizations is. */
interface Place {
  readonly organizations?: string | undefined;
  readonly members?: string | undefined;
}

/** Stytch's searches, for reconciliation: slow and limited per minute, so never for a request. */
export function directory(api: Pick<StytchApi, "read">): DirectorySource {
  return {
    async list(entity, cursor, tools) {
      try {
        return entity === "tenant"
          ? await tenants(api, cursor, tools.nowMs())
          : await members(api, { entity, cursor, nowMs: tools.nowMs() });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async get(entity, external, tools) {
      try {
        if (entity === "tenant") return await organization(api, external, tools.nowMs());
        return await member(api, { entity, external, nowMs: tools.nowMs() });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    membershipId: ({ tenant, user }) => (placeOf(user)?.tenant === tenant ? user : null),
  };
}

async function tenants(
  api: Pick<StytchApi, "read">,
  cursor: string | undefined,
  nowMs: number,
): Promise<Result<Page<DirectoryChange>>> {
  const found = await searchOrganizations(api, cursor);
  const items = found.organizations.flatMap((one) => readOrganization(one, nowMs) ?? []);
  const { next_cursor: next } = found.results_metadata;
  return ok({ items, ...(isText(next) ? { next } : {}) });
}

/** The members of a hundred organizations at a time: a search without organizations does not exist. */
async function members(
  api: Pick<StytchApi, "read">,
  wish: {
    readonly entity: "user" | "membership";
    readonly cursor: string | undefined;
    readonly nowMs: number;
  },
): Promise<Result<Page<DirectoryChange>>> {
  const place = readPlace(wish.cursor);
  if (place === null) return reject("cursor_invalid");
  const page = await searchOrganizations(api, place.organizations);
  const ids = page.organizations.map(({ organization_id: id }) => id);
  const found =
    ids.length === 0
      ? null
      : await api.read((sdk) =>
          sdk.organizations.members.search({
            organization_ids: ids,
            limit: PAGE,
            ...(place.members === undefined ? {} : { cursor: place.members }),
          }),
        );
  const items = (found?.members ?? []).flatMap((one) => {
    const read = readMember(one, wish.nowMs);
    return read === null ? [] : [wish.entity === "user" ? read.user : read.membership];
  });
  const next = nextPlace(place, {
    members: found?.results_metadata.next_cursor,
    organizations: page.results_metadata.next_cursor,
  });
  return ok({ items, ...(next === null ? {} : { next: JSON.stringify(next) }) });
}

function nextPlace(
  { organizations }: Place,
  after: { readonly members: string | undefined; readonly organizations: string | undefined },
): Place | null {
  if (isText(after.members)) return { organizations, members: after.members };
  return isText(after.organizations) ? { organizations: after.organizations } : null;
}

function readPlace(cursor: string | undefined): Place | null {
  if (cursor === undefined) return {};
  try {
    // Our own words: core gives back what `members` gave out.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(cursor) as Place;
  } catch {
    return null;
  }
}

function searchOrganizations(api: Pick<StytchApi, "read">, cursor: string | undefined) {
  return api.read((sdk) =>
    sdk.organizations.search({ limit: PAGE, ...(isText(cursor) ? { cursor } : {}) }),
  );
}

async function organization(
  api: Pick<StytchApi, "read">,
  external: string,
  nowMs: number,
): Promise<Result<DirectoryChange>> {
  try {
    const found = await api.read((sdk) => sdk.organizations.get({ organization_id: external }));
    // SECURITY: the API takes slugs and external ids too, and those are somebody else's to choose.
    if (found.organization.organization_id !== external) return reject("answer_mismatch");
    const change = readOrganization(found.organization, nowMs);
    return change === null ? reject("answer_malformed") : ok(change);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "unavailable" || failure.status !== 404) throw error;
    return ok({ kind: "delete", entity: "tenant", external, version: nowMs });
  }
}

/**
 * A person and their place go by organization and member. A webhook about a deletion knows the member
 * alone: that one can be asked about while Stytch keeps the record.
 */
async function member(
  api: Pick<StytchApi, "read">,
  wish: {
    readonly entity: "user" | "membership";
    readonly external: string;
    readonly nowMs: number;
  },
): Promise<Result<DirectoryChange>> {
  const { entity, external, nowMs } = wish;
  const place = placeOf(external);
  const id = place?.id ?? (entity === "membership" && isMemberId(external) ? external : null);
  if (id === null) return reject("external_malformed");
  try {
    const found = await api.read((sdk) =>
      sdk.organizations.members.dangerouslyGet({ member_id: id, include_deleted: true }),
    );
    const { member_id: foundId, organization_id: foundIn } = found.member;
    const isAsked = foundId === id && (place === null || foundIn === place.tenant);
    const read = isAsked ? readMember(found.member, nowMs) : null;
    return read === null ? reject("answer_mismatch") : ok(read[entity]);
  } catch (error) {
    const failure = failureOf(error);
    const isGone = failure.kind === "refused" && failure.status === 404;
    if (!isGone || place === null) throw error;
    return ok(goneMember(place, nowMs)[entity]);
  }
}

function isMemberId(external: string): boolean {
  return /^member-[\w-]{1,100}$/.test(external);
}
