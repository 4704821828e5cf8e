import { ok, reject, type Admin } from "@tenantry/core/provider";
import { orRejection, type WorkosApi } from "./api.ts";
import { isText, type Fields } from "./claims.ts";
import { ALL_STATUSES, MEMBERSHIPS } from "./directory.ts";

type MemberAdmin = Required<Pick<Admin, "setMember" | "removeMember">>;
type Place = Parameters<MemberAdmin["removeMember"]>[0];

/**
 * Memberships, which WorkOS knows by ids of their own: each is looked up by person and organization.
 *
 * @see {@link https://workos.com/docs/reference/authkit/organization-membership WorkOS: organization memberships}
 */
export function memberAdmin(api: WorkosApi): MemberAdmin {
  return {
    setMember: ({ role: roleSlug, ...place }) =>
      orRejection(async () => {
        const { userManagement } = await api.sdk();
        const found = await membershipAt(place, api);
        // Making an inactive one again revives it with this role, and never with the one it had.
        if (found === undefined || found.status === "inactive") {
          const { userExternal: userId, tenantExternal: organizationId } = place;
          await userManagement.createOrganizationMembership({ userId, organizationId, roleSlug });
        } else await userManagement.updateOrganizationMembership(found.id, { roleSlug });
        return ok(null);
      }),

    removeMember: (place) =>
      orRejection(async () => {
        const found = await membershipAt(place, api);
        if (found === undefined) return reject("organization_membership_not_found");
        await (await api.sdk()).userManagement.deleteOrganizationMembership(found.id);
        return ok(null);
      }),
  };
}

async function membershipAt(
  { tenantExternal, userExternal }: Place,
  api: WorkosApi,
): Promise<{ readonly id: string; readonly status: unknown } | undefined> {
  const { items } = await api.page(MEMBERSHIPS, {
    organization_id: tenantExternal,
    user_id: userExternal,
    statuses: ALL_STATUSES,
  });
  const isThere = (row: Fields) =>
    row["organization_id"] === tenantExternal && row["user_id"] === userExternal;
  // SECURITY: only what the row itself says is changed, or an answer to another question would be.
  const { id, status } = items.find(isThere) ?? {};
  return isText(id) ? { id, status } : undefined;
}
