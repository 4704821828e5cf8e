import {
  ok,
  reject,
  type DirectoryChange,
  type DirectoryEntity,
  type DirectorySource,
} from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import {
  deletion,
  membershipChange,
  membershipName,
  membershipParts,
  organizationChange,
  userChange,
} from "./changes.ts";
import { isFields, type Fields } from "./claims.ts";
import { isAbsent, rejectionOf, ResponseMalformed } from "./errors.ts";

const PAGE = 200;
/** Oldest first: what is added while a list is walked comes at its end. */
const ORDER = "+created_at";

const READERS: Readonly<Record<DirectoryEntity, (data: Fields) => DirectoryChange | null>> = {
  tenant: organizationChange,
  user: userChange,
  membership: membershipChange,
};

/** The instance's lists. A cursor is the number of items before the page. */
export function directory(api: Pick<ClerkApi, "call">): DirectorySource {
  return {
    async list(entity, cursor) {
      const offset = Number(cursor ?? 0);
      if (!Number.isSafeInteger(offset) || offset < 0) return reject("cursor_malformed");
      try {
        const { data, totalCount } = await page(api, entity, offset);
        const items = data.map((item) => changeOf(entity, item));
        const end = offset + items.length;
        const isMore = items.length > 0 && end < totalCount;
        return ok(isMore ? { items, next: String(end) } : { items });
      } catch (error) {
        return rejectionOf(error);
      }
    },

    async get(entity, external, tools) {
      const gone = () => {
        const change = deletion(entity, external, tools.nowMs());
        return change === null ? reject("external_malformed") : ok(change);
      };
      try {
        const found = await one(api, entity, external);
        return found === undefined ? gone() : ok(changeOf(entity, found));
      } catch (error) {
        return isAbsent(error) ? gone() : rejectionOf(error);
      }
    },

    membershipId: ({ tenant, user }) => membershipName(tenant, user),
  };
}

/** An object of the SDK: what was on the wire is in `raw`. */
interface Wired {
  readonly raw: object | null;
}

async function page(
  { call }: Pick<ClerkApi, "call">,
  entity: DirectoryEntity,
  offset: number,
): Promise<{ readonly data: readonly Wired[]; readonly totalCount: number }> {
  const query = { limit: PAGE, offset, orderBy: ORDER } as const;
  switch (entity) {
    case "tenant":
      return call((sdk) => sdk.organizations.getOrganizationList(query));
    case "user":
      return call((sdk) => sdk.users.getUserList(query));
    case "membership":
      return call((sdk) => sdk.organizations.getInstanceOrganizationMembershipList(query));
  }
  throw new TypeError("unknown entity");
}

async function one(
  { call }: Pick<ClerkApi, "call">,
  entity: DirectoryEntity,
  external: string,
): Promise<Wired | undefined> {
  if (entity === "tenant") {
    return call((sdk) => sdk.organizations.getOrganization({ organizationId: external }));
  }
  if (entity === "user") return call((sdk) => sdk.users.getUser(external));
  const parts = membershipParts(external);
  if (parts === null) return undefined;
  const { tenant: organizationId, user } = parts;
  const { data } = await call((sdk) =>
    sdk.organizations.getOrganizationMembershipList({ organizationId, userId: [user] }),
  );
  return data.find(({ publicUserData }) => publicUserData?.userId === user);
}

function changeOf(entity: DirectoryEntity, { raw }: Wired): DirectoryChange {
  const change = isFields(raw) ? READERS[entity](raw) : null;
  if (change === null) throw new ResponseMalformed();
  return change;
}
