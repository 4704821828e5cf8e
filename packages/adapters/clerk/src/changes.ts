import type { DirectoryChange, TenantData, UserData } from "@tenantry/core/provider";
import { isFields, isText, type Fields } from "./claims.ts";
import { roleName } from "./permissions.ts";

/** Between the two halves of a membership's name. Clerk's own ids hold letters, digits and `_`. */
const JOINT = ":";

/** How this adapter names a membership: Clerk finds one by organization and person only. */
export function membershipName(tenant: string, user: string): string {
  return `${tenant}${JOINT}${user}`;
}

/** The halves of a {@link membershipName}, null if it is none. */
export function membershipParts(
  external: string,
): { readonly tenant: string; readonly user: string } | null {
  const [tenant, user, more] = external.split(JOINT);
  return isText(tenant) && isText(user) && more === undefined ? { tenant, user } : null;
}

/** An organization of the Backend API as a change; null for another shape. */
export function organizationChange(data: Fields): DirectoryChange | null {
  const { id, name, slug, updated_at: version } = data;
  if (!isText(id) || typeof version !== "number") return null;
  const tenant: TenantData = {
    ...(isText(name) ? { name } : {}),
    ...(isText(slug) ? { slug } : {}),
  };
  return { kind: "upsert", entity: "tenant", external: id, version, data: tenant };
}

/** A user of the Backend API as a change; null for another shape. */
export function userChange(data: Fields): DirectoryChange | null {
  const { id, first_name: first, last_name: last, updated_at: version } = data;
  if (!isText(id) || typeof version !== "number") return null;
  const name = [first, last].filter(isText).join(" ");
  const email = primaryEmail(data);
  // Directory sync deprovisions without deleting, and sends no event about memberships
  // (https://clerk.com/docs/guides/configure/auth-strategies/enterprise-connections/directory-sync).
  const isOut = [data["deprovisioned"], data["banned"], data["locked"]].includes(true);
  const user: UserData = {
    ...(name === "" ? {} : { name }),
    ...(email === null ? {} : { email }),
    status: isOut ? "inactive" : "active",
  };
  return { kind: "upsert", entity: "user", external: id, version, data: user };
}

/** A membership of the Backend API as a change; null for another shape. There are active ones only. */
export function membershipChange(data: Fields): DirectoryChange | null {
  const { organization, public_user_data: person, role, updated_at: version } = data;
  if (!isFields(organization) || !isFields(person) || typeof version !== "number") return null;
  const { id: tenant } = organization;
  const { user_id: user } = person;
  if (!isText(tenant) || !isText(user) || !isText(role)) return null;
  return {
    kind: "upsert",
    entity: "membership",
    external: membershipName(tenant, user),
    version,
    data: { user, tenant, roles: [roleName(role)], status: "active" },
  };
}

/** The end of a tenant, a person or a membership. */
export function deletion(
  entity: "tenant" | "user" | "membership",
  external: string,
  version: number,
): DirectoryChange | null {
  if (entity !== "membership") return { kind: "delete", entity, external, version };
  const parts = membershipParts(external);
  return parts && { kind: "delete", entity, external, version, data: parts };
}

function primaryEmail(data: Fields): Required<UserData>["email"] | null {
  const { email_addresses: all, primary_email_address_id: primary } = data;
  const addresses = Array.isArray(all) ? all.filter(isFields) : [];
  const address = addresses.find(({ id }) => id === primary);
  const value = address?.["email_address"];
  if (address === undefined || !isText(value)) return null;
  const { verification } = address;
  // SECURITY: verified by Clerk itself; anything else verifies nothing.
  return { value, verified: isFields(verification) && verification["status"] === "verified" };
}
