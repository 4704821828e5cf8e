import type {
  DirectoryChange,
  MembershipData,
  TenantData,
  UserData,
} from "@tenantry/core/provider";
import { isText, objectsOf, type Fields } from "./claims.ts";

/** Objects of the API as directory changes. Null for one that is not what the documentation says. */
export const changeOf = {
  user: (row: Fields): DirectoryChange | null => {
    const { id, email, email_verified: verified, first_name: first, last_name: last } = row;
    const version = versionOf(row);
    if (!isText(id) || version === null) return null;
    const name = [first, last].filter(isText).join(" ");
    const data: UserData = {
      ...(name === "" ? {} : { name }),
      ...(isText(email) ? { email: { value: email, verified: verified === true } } : {}),
    };
    return { kind: "upsert", entity: "user", external: id, version, data };
  },

  tenant: (row: Fields): DirectoryChange | null => {
    const { id, name } = row;
    const version = versionOf(row);
    if (!isText(id) || version === null) return null;
    const domains = objectsOf(row["domains"])?.flatMap(({ domain, state }) =>
      isText(domain)
        ? [{ domain, verified: state === "verified" || state === "legacy_verified" }]
        : [],
    );
    const data: TenantData = {
      ...(isText(name) ? { name } : {}),
      ...(domains === undefined ? {} : { domains }),
    };
    return { kind: "upsert", entity: "tenant", external: id, version, data };
  },

  membership: (row: Fields): DirectoryChange | null => {
    const { user_id: user, organization_id: tenant, status } = row;
    const version = versionOf(row);
    if (!isText(user) || !isText(tenant) || version === null) return null;
    const roles = rolesOf(row);
    const data: MembershipData = {
      user,
      tenant,
      ...(roles === undefined ? {} : { roles }),
      // SECURITY: a word that is not known gives no access.
      status: status === "active" || status === "pending" ? status : "inactive",
    };
    const external = membershipId(tenant, user);
    return { kind: "upsert", entity: "membership", external, version, data };
  },
};

/** What is gone since a time. Null for an object that is not what the documentation says. */
export const removalOf = {
  user: ({ id }: Fields, version: number): DirectoryChange | null =>
    isText(id) ? { kind: "delete", entity: "user", external: id, version } : null,

  tenant: ({ id }: Fields, version: number): DirectoryChange | null =>
    isText(id) ? { kind: "delete", entity: "tenant", external: id, version } : null,

  membership: (
    { user_id: user, organization_id: tenant }: Fields,
    version: number,
  ): DirectoryChange | null => {
    if (!isText(user) || !isText(tenant)) return null;
    const external = membershipId(tenant, user);
    return { kind: "delete", entity: "membership", external, version, data: { user, tenant } };
  },
};

/**
 * What a membership is called here: by whom and where it is. The vendor's own id changes when
 * somebody is removed and added again, and says nothing once it is gone.
 */
export function membershipId(tenant: string, user: string): string {
  return `${tenant}/${user}`;
}

/** The two halves of a {@link membershipId}; null if it is none. */
export function partsOfMembership(
  external: string,
): { readonly tenant: string; readonly user: string } | null {
  const [tenant = "", user = "", rest] = external.split("/");
  return tenant === "" || user === "" || rest !== undefined ? null : { tenant, user };
}

/** The roles of a membership: `roles`, or the one `role` where several are not enabled. */
export function rolesOf({ role, roles }: Fields): readonly string[] | undefined {
  const rows = objectsOf(roles) ?? objectsOf([role]);
  return rows?.flatMap(({ slug }) => (isText(slug) ? [slug] : []));
}

/** A time of the API in milliseconds; null if it is none. */
export function timeOf(value: unknown): number | null {
  const time = isText(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function versionOf({ updated_at: updatedAt }: Fields): number | null {
  return timeOf(updatedAt);
}
