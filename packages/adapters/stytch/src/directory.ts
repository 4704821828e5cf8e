import {
  ok,
  reject,
  type DirectoryChange,
  type DirectorySource,
  type Page,
  type Result,
} from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { readMember, readOrganization } from "./changes.ts";
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
    // A member belongs to one organization: their place there goes by their own id.
    membershipId: ({ tenant, user }) => memberOf(user, tenant),
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

/** A person's name here is organization and member; a membership's the member alone. */
async function member(
  api: Pick<StytchApi, "read">,
  wish: {
    readonly entity: "user" | "membership";
    readonly external: string;
    readonly nowMs: number;
  },
): Promise<Result<DirectoryChange>> {
  const id = wish.entity === "membership" ? wish.external : memberOf(wish.external);
  if (id === null) return reject("external_malformed");
  const found = await api.read((sdk) =>
    sdk.organizations.members.dangerouslyGet({ member_id: id, include_deleted: true }),
  );
  const read = readMember(found.member, wish.nowMs);
  if (read === null || found.member.member_id !== id) return reject("answer_mismatch");
  return ok(wish.entity === "user" ? read.user : read.membership);
}

/** The member in a person's name; null if it is none, or one of another organization. */
function memberOf(external: string, tenant?: string): string | null {
  try {
    const value: unknown = JSON.parse(external);
    const [place, id] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return isText(id) && (tenant === undefined || tenant === place) ? id : null;
  } catch {
    return null;
  }
}
