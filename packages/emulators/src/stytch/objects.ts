import type { WorldTenant, WorldUser } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { connectionOf, type Place } from "./ids.ts";
import { rulesOf, type MemberSession } from "./state.ts";

/** Given to every member, as the vendor does. */
const MEMBER_ROLE = "stytch_member";

/** An organization (https://stytch.com/docs/b2b/api/organization-object). */
export function organizationObject({ state, ids }: StytchContext, tenant: WorldTenant) {
  const { ssoRequired, mfaRequired } = rulesOf(state, tenant.id);
  const domains = tenant.domains.filter(({ verified }) => verified).map(({ domain }) => domain);
  return {
    organization_id: tenant.id,
    organization_name: tenant.name,
    organization_slug: tenant.slug,
    organization_external_id: state.externalIds.get(tenant.id) ?? "",
    organization_logo_url: "",
    trusted_metadata: {},
    email_allowed_domains: domains,
    claimed_email_domains: domains,
    email_jit_provisioning: "NOT_ALLOWED",
    email_invites: "ALL_ALLOWED",
    sso_jit_provisioning: "NOT_ALLOWED",
    sso_jit_provisioning_allowed_connections: [],
    sso_default_connection_id: connectionOf(tenant.id),
    sso_active_connections: [
      { connection_id: connectionOf(tenant.id), display_name: "SSO", identity_provider: "generic" },
    ],
    scim_active_connection: null,
    auth_methods: ssoRequired ? "RESTRICTED" : "ALL_ALLOWED",
    allowed_auth_methods: ssoRequired ? ["sso"] : [],
    mfa_policy: mfaRequired ? "REQUIRED_FOR_ALL" : "OPTIONAL",
    mfa_methods: "ALL_ALLOWED",
    allowed_mfa_methods: [],
    oauth_tenant_jit_provisioning: "NOT_ALLOWED",
    allowed_oauth_tenants: {},
    rbac_email_implicit_role_assignments: [],
    first_party_connected_apps_allowed_type: "ALL_ALLOWED",
    allowed_first_party_connected_apps: [],
    third_party_connected_apps_allowed_type: "ALL_ALLOWED",
    allowed_third_party_connected_apps: [],
    custom_roles: [],
    created_at: ids.createdAt(tenant.id),
    updated_at: ids.updatedAt(tenant.id),
  };
}

/** A member (https://stytch.com/docs/b2b/api/member-object). `memberId`: of one that is gone. */
export function memberObject(context: StytchContext, place: Place, memberId?: string) {
  const { world, ids } = context;
  const user = world.users.get(place.userId);
  const membership = world.memberships.get(place.userId, place.tenantId);
  const id = memberId ?? ids.memberId(place);
  const isGone = membership === undefined || id !== ids.memberId(place);
  return {
    member_id: id,
    organization_id: place.tenantId,
    email_address: user?.email ?? "",
    email_address_verified: user?.emailVerified ?? false,
    name: user?.name ?? "",
    status: isGone ? "deleted" : STATUS[membership.status],
    external_id: "",
    is_admin: false,
    is_breakglass: false,
    is_locked: false,
    roles: (isGone ? [] : [...membership.roles, MEMBER_ROLE]).map((role) => ({
      role_id: role,
      sources: [{ type: "direct_assignment", details: {} }],
    })),
    sso_registrations: [],
    oauth_registrations: [],
    scim_registration: null,
    retired_email_addresses: [],
    member_password_id: "",
    mfa_enrolled: false,
    mfa_phone_number: "",
    mfa_phone_number_verified: false,
    totp_registration_id: totpOf(place.userId),
    default_mfa_method: "totp",
    trusted_metadata: {},
    untrusted_metadata: {},
    created_at: ids.createdAt(id),
    updated_at: ids.updatedAt(id),
  };
}

/** `inactive` in the world is a member that the vendor keeps and lets in nowhere. */
const STATUS = { active: "active", pending: "pending", inactive: "deactivated" } as const;

/** Everybody has an authenticator app; its code is {@link TOTP_CODE}. */
export function totpOf(userId: string): string {
  return `member-totp-test-${userId}`;
}

/** The code that every authenticator app here shows. */
export const TOTP_CODE = "123456";

/** The roles of somebody in an organization, as sessions list them. */
export function sessionRoles({ world }: StytchContext, { userId, tenantId }: Place) {
  return [...(world.memberships.get(userId, tenantId)?.roles ?? []), MEMBER_ROLE];
}

/** A session (https://stytch.com/docs/b2b/api/session-object). */
export function sessionObject(context: StytchContext, session: MemberSession) {
  return {
    member_session_id: session.id,
    member_id: session.memberId,
    organization_id: session.tenantId,
    organization_slug: context.world.tenants.get(session.tenantId)?.slug ?? "",
    started_at: new Date(session.startedAtMs).toISOString(),
    last_accessed_at: new Date(session.lastAccessedAtMs).toISOString(),
    expires_at: new Date(session.expiresAtMs).toISOString(),
    authentication_factors: session.factors,
    roles: sessionRoles(context, session),
    custom_claims: {},
  };
}

/** Whether somebody may be in an organization today. */
export function isActiveMember({ world }: StytchContext, { userId, tenantId }: Place): boolean {
  return world.memberships.get(userId, tenantId)?.status === "active";
}

/** Finds a person. Throws `TypeError` if there is nobody. */
export function findUser({ world }: Pick<StytchContext, "world">, idOrEmail: string): WorldUser {
  const user = world.users.get(idOrEmail) ?? world.userByEmail(idOrEmail);
  if (user === undefined) throw new TypeError(`there is nobody called ${idOrEmail}`);
  return user;
}

/** The vendor takes id, slug or external id wherever it wants an organization. */
export function findTenant(context: StytchContext, name: string): WorldTenant | undefined {
  const { world, state } = context;
  const byExternalId = [...state.externalIds].find(([, external]) => external === name)?.[0];
  return world.tenantBySlugOrId(name) ?? world.tenants.get(byExternalId ?? "");
}
