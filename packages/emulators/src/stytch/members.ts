import { textOf, textsOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, memberNotFound, organizationNotFound, stytchError } from "./errors.ts";
import { newUuid, type Place } from "./ids.ts";
import { findTenant, memberObject, organizationObject } from "./objects.ts";
import { filterOf, paginate } from "./organizations.ts";
import { roleKind } from "./rbac.ts";
import { extrasOf } from "./state.ts";

/** `POST /v1/b2b/organizations/:id/members`. */
export function createMember(context: StytchContext, { params, body }: Call): Answer {
  const { world } = context;
  const tenant = findTenant(context, textOf(params, "id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const email = textOf(body, "email_address");
  if (email === undefined || !email.includes("@")) return invalid("email_address");
  const roles = splitRoles(context, textsOf(body, "roles") ?? [], tenant.id);
  if (roles === null) return invalid("roles");
  const user =
    world.userByEmail(email) ??
    world.users.add({
      id: `user_${newUuid()}`,
      email,
      emailVerified: false,
      name: textOf(body, "name") ?? email,
    });
  if (world.memberships.get(user.id, tenant.id) !== undefined) {
    return stytchError(400, "duplicate_member_email", "They are a member already.");
  }
  const place = { userId: user.id, tenantId: tenant.id };
  const status = body["create_member_as_pending"] === true ? "pending" : "active";
  world.memberships.add({ ...place, roles: roles.ofProject, status });
  giveRoles(context, place, roles.ofOrganization);
  return answer(context, place);
}

/** `GET /v1/b2b/organizations/:id/member?member_id=` or `email_address=`. */
export function getMember(context: StytchContext, { params, url }: Call): Answer {
  const tenant = findTenant(context, textOf(params, "id") ?? "");
  const memberId = url.searchParams.get("member_id");
  const user = context.world.userByEmail(url.searchParams.get("email_address") ?? "");
  const place =
    memberId === null
      ? user && { userId: user.id, tenantId: tenant?.id ?? "" }
      : currentPlace(context, memberId);
  if (place === undefined || place.tenantId !== tenant?.id) return memberNotFound();
  if (context.world.memberships.get(place.userId, place.tenantId) === undefined)
    return memberNotFound();
  return answer(context, place);
}

/** `GET /v1/b2b/organizations/members/dangerously_get/:member`: in whatever organization. */
export function getAnyMember(context: StytchContext, { params, url }: Call): Answer {
  const memberId = textOf(params, "member") ?? "";
  const place = context.ids.placeOf(memberId);
  const isGone = currentPlace(context, memberId) === undefined;
  const wantsDeleted = url.searchParams.get("include_deleted") === "true";
  if (place === undefined || (isGone && !wantsDeleted)) return memberNotFound();
  return answer(context, place, memberId);
}

/** `PUT` and `DELETE /v1/b2b/organizations/:id/members/:member`. */
export function serveMember(context: StytchContext, { method, params, body }: Call): Answer {
  const { world } = context;
  const memberId = textOf(params, "member") ?? "";
  const tenant = findTenant(context, textOf(params, "id") ?? "");
  const place = currentPlace(context, memberId);
  if (place === undefined || place.tenantId !== tenant?.id) return memberNotFound();
  if (method === "DELETE") {
    world.memberships.remove(place.userId, place.tenantId);
    return good({ member_id: memberId });
  }
  const named = textsOf(body, "roles");
  if (named !== undefined) {
    const roles = splitRoles(context, named, tenant.id);
    if (roles === null) return invalid("roles");
    giveRoles(context, place, roles.ofOrganization);
    world.memberships.update(place.userId, place.tenantId, { roles: roles.ofProject });
  }
  const name = textOf(body, "name");
  if (name !== undefined) world.users.update(place.userId, { name });
  return answer(context, place);
}

/** `PUT …/members/:member/reactivate`. */
export function reactivateMember(context: StytchContext, { params }: Call): Answer {
  const tenant = findTenant(context, textOf(params, "id") ?? "");
  const place = currentPlace(context, textOf(params, "member") ?? "");
  if (place === undefined || place.tenantId !== tenant?.id) return memberNotFound();
  // Roles that were given by hand do not come back (see the vendor's page on SCIM).
  giveRoles(context, place, []);
  context.world.memberships.update(place.userId, place.tenantId, { status: "active", roles: [] });
  return answer(context, place);
}

/** `POST /v1/b2b/organizations/members/search`. */
export function searchMembers(context: StytchContext, { body }: Call): Answer {
  const { world } = context;
  const named = textsOf(body, "organization_ids") ?? [];
  if (named.length === 0) return invalid("organization_ids");
  const tenants = named.map((name) => findTenant(context, name));
  if (tenants.some((tenant) => tenant === undefined)) return organizationNotFound();
  const memberIds = filterOf(body, "member_ids");
  const found = tenants
    .flatMap((tenant) => world.memberships.inTenant(tenant?.id ?? ""))
    .filter((row) => memberIds?.includes(context.ids.memberId(row)) ?? true);
  const page = paginate(found, body);
  if (page === null) return invalid("cursor");
  return good({
    members: page.items.map((row) => memberObject(context, row)),
    organizations: Object.fromEntries(
      tenants.flatMap((tenant) =>
        tenant === undefined ? [] : [[tenant.id, organizationObject(context, tenant)]],
      ),
    ),
    results_metadata: page.metadata,
  });
}

interface SplitRoles {
  readonly ofProject: readonly string[];
  readonly ofOrganization: readonly string[];
}

/** The world has the project's roles only. Null if there is one that the organization does not have. */
export function splitRoles(
  context: StytchContext,
  names: readonly string[],
  tenantId: string,
): SplitRoles | null {
  const kinds = names.map((name) => roleKind(context, name, tenantId));
  if (kinds.includes(null)) return null;
  return {
    // Everybody has this one without being given it.
    ofProject: names.filter((name, at) => kinds[at] === "project" && !name.startsWith("stytch_")),
    ofOrganization: names.filter((_, at) => kinds[at] === "organization"),
  };
}

/** Gives somebody roles that only their organization has. */
export function giveRoles(
  { state, ids }: StytchContext,
  place: Place,
  customRoles: readonly string[],
): void {
  const id = ids.memberId(place);
  state.extras.set(id, { ...extrasOf(state, id), customRoles });
}

function currentPlace({ world, ids }: StytchContext, memberId: string): Place | undefined {
  const place = ids.placeOf(memberId);
  if (place === undefined) return undefined;
  const isThere = world.memberships.get(place.userId, place.tenantId) !== undefined;
  return isThere && ids.memberId(place) === memberId ? place : undefined;
}

function answer(
  context: StytchContext,
  place: Place,
  memberId = context.ids.memberId(place),
): Answer {
  const tenant = context.world.tenants.get(place.tenantId);
  return good({
    member_id: memberId,
    member: memberObject(context, place, memberId),
    organization: tenant === undefined ? null : organizationObject(context, tenant),
  });
}
