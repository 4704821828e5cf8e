import type { World } from "../world/world.ts";
import type { WorldService, WorldUser } from "../world/types.ts";
import type { TokenPlace } from "./grants.ts";

/** Which claims each scope releases into ID tokens and userinfo. */
export const CLAIMS_BY_SCOPE = {
  openid: [
    "sub",
    "sid",
    "auth_time",
    "amr",
    "org_id",
    "org_slug",
    "org_name",
    "roles",
    "organizations",
  ],
  email: ["email", "email_verified"],
  profile: ["name"],
};

/** The claims that say in which organization a token acts; none of them without one. */
export function organizationClaims(place: TokenPlace | null): Record<string, unknown> {
  if (place === null) return {};
  const { tenant, roles } = place;
  return { org_id: tenant.id, org_slug: tenant.slug, org_name: tenant.name, roles: [...roles] };
}

/** The claims of a machine token. A service without a tenant has roles but no organization. */
export function serviceClaims(world: World, service: WorldService): Record<string, unknown> {
  const tenant = service.tenantId === null ? undefined : world.tenants.get(service.tenantId);
  if (tenant === undefined) return { roles: [...service.roles] };
  return organizationClaims({ tenant, roles: service.roles });
}

/** Everything an ID token or userinfo may say of a person, before the scopes filter it. */
export function userClaims(
  world: World,
  user: WorldUser,
  place: TokenPlace | null,
): { sub: string } & Record<string, unknown> {
  return {
    sub: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    ...organizationClaims(place),
    organizations: world.activeMembershipsOf(user.id).map(({ tenant, roles }) => ({
      id: tenant.id,
      slug: tenant.slug,
      name: tenant.name,
      roles: [...roles],
    })),
  };
}
