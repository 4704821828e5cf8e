import type { WorldTenant, WorldUser } from "../world/types.ts";
import type { StytchContext } from "./context.ts";
import { connectionOf, type Place } from "./ids.ts";
import { extrasOf, rulesOf, type Factor, type MemberSession } from "./state.ts";

/** Given to every member, as the vendor does. */
const MEMBER_ROLE = "stytch_member";

/** An organization (https://stytch.com/docs/b2b/api/organization-object). */
export function organizationObject({ state, ids }: StytchContext, tenant: WorldTenant) {
  const { authMethods, mfaRequired, mfaMethods } = rulesOf(state, tenant.id);
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
    auth_methods: authMethods === null ? "ALL_ALLOWED" : "RESTRICTED",
    allowed_auth_methods: authMethods ?? [],
    mfa_policy: mfaRequired ? "REQUIRED_FOR_ALL" : "OPTIONAL",
    mfa_methods: mfaMethods === null ? "ALL_ALLOWED" : "RESTRICTED",
    allowed_mfa_methods: mfaMethods ?? [],
    oauth_tenant_jit_provisioning: "NOT_ALLOWED",
    allowed_oauth_tenants: {},
    rbac_email_implicit_role_assignments: [],
    first_party_connected_apps_allowed_type: "ALL_ALLOWED",
    allowed_first_party_connected_apps: [],
    third_party_connected_apps_allowed_type: "ALL_ALLOWED",
    allowed_third_party_connected_apps: [],
    custom_roles: state.organizationRoles.get(tenant.id) ?? [],
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
  const extras = extrasOf(context.state, id);
  const { ssoRoles } = rulesOf(context.state, place.tenantId);
  const isInvited = membership?.status === "pending" && context.state.invited.has(id);
  return {
    member_id: id,
    organization_id: place.tenantId,
    email_address: user?.email ?? "",
    email_address_verified: user?.emailVerified ?? false,
    name: user?.name ?? "",
    status: isGone ? "deleted" : isInvited ? "invited" : STATUS[membership.status],
    external_id: "",
    is_admin: false,
    is_breakglass: extras.isBreakglass,
    is_locked: false,
    roles: isGone
      ? []
      : [
          ...[...membership.roles, ...extras.customRoles, MEMBER_ROLE].map((role) => ({
            role_id: role,
            sources: [{ type: "direct_assignment", details: {} }],
          })),
          ...ssoRoles.map((role) => ({
            role_id: role,
            sources: [
              {
                type: "sso_connection",
                details: { connection_id: connectionOf(place.tenantId) },
              },
            ],
          })),
        ],
    sso_registrations: [],
    oauth_registrations: [],
    scim_registration: null,
    retired_email_addresses: [],
    member_password_id: "",
    mfa_enrolled: extras.isEnrolled,
    mfa_phone_number: extras.phone ?? "",
    mfa_phone_number_verified: extras.phone !== null,
    totp_registration_id: extras.totp ? totpOf(id) : "",
    default_mfa_method: extras.preferred,
    trusted_metadata: {},
    untrusted_metadata: {},
    created_at: ids.createdAt(id),
    updated_at: ids.updatedAt(id),
  };
}

/** `inactive` in the world is a member that the vendor keeps and lets in nowhere. */
const STATUS = { active: "active", pending: "pending", inactive: "deactivated" } as const;

/** A member's authenticator app; its code is {@link TOTP_CODE}. */
export function totpOf(memberId: string): string {
  return memberId.replace("member-", "member-totp-");
}

/** The code that every authenticator app here shows. */
export const TOTP_CODE = "123456";

/** The roles of somebody in an organization, as sessions list them; some come with SSO only. */
export function sessionRoles(
  { world, state, ids }: StytchContext,
  { userId, tenantId, factors = [] }: Place & { readonly factors?: readonly Factor[] },
) {
  const membership = world.memberships.get(userId, tenantId);
  if (membership === undefined) return [MEMBER_ROLE];
  const { customRoles } = extrasOf(state, ids.memberId({ userId, tenantId }));
  const hasSso = factors.some(({ type }) => type === "sso");
  const ssoRoles = hasSso ? rulesOf(state, tenantId).ssoRoles : [];
  return [...new Set([...membership.roles, ...customRoles, ...ssoRoles, MEMBER_ROLE])];
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
