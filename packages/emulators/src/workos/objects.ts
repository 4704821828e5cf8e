import type { Fields } from "../http/api.ts";
import type { WorldMembership, WorldRole, WorldTenant, WorldUser } from "../world/types.ts";
import type { WorkosContext } from "./context.ts";
import type { IssuedApiKey, IssuedInvitation, VendorSession } from "./state.ts";

type From = Pick<WorkosContext, "world" | "stamps" | "state" | "apiOrigin">;

/** When a thing came to be and last changed. */
function times({ stamps }: From, id: string) {
  return { created_at: stamps.createdAt(id), updated_at: stamps.updatedAt(id) };
}

/** A person, as https://workos.com/docs/reference/authkit/user shows one. */
export function userObject(from: From, user: WorldUser): Fields {
  const [first = "", ...rest] = user.name.split(" ");
  return {
    object: "user",
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    first_name: first === "" ? null : first,
    last_name: rest.length === 0 ? null : rest.join(" "),
    profile_picture_url: null,
    last_sign_in_at: null,
    locale: null,
    external_id: from.state.externalIds.get(user.id) ?? null,
    metadata: {},
    ...times(from, user.id),
  };
}

/** An organization. The world's slug is shown as metadata: the vendor has no slugs. */
export function organizationObject(from: From, tenant: WorldTenant): Fields {
  const extras = from.state.organizations.get(tenant.id);
  return {
    object: "organization",
    id: tenant.id,
    name: tenant.name,
    allow_profiles_outside_organization: false,
    domains: tenant.domains.map(({ domain }) => domainObject(from, tenant, domain)),
    external_id: extras?.externalId ?? null,
    metadata: extras?.metadata ?? {},
    ...times(from, tenant.id),
  };
}

/** A domain of an organization. */
export function domainObject(from: From, tenant: WorldTenant, domain: string): Fields {
  const id = from.stamps.domainId(tenant.id, domain);
  const verified = tenant.domains.some((each) => each.domain === domain && each.verified);
  return {
    object: "organization_domain",
    id,
    organization_id: tenant.id,
    domain,
    state: verified ? "verified" : "pending",
    verification_strategy: "dns",
    verification_token: `token-${id.slice(-8).toLowerCase()}`,
    ...times(from, id),
  };
}

/** A membership. `role` is the first of `roles`. */
export function membershipObject(from: From, row: WorldMembership): Fields {
  const id = from.stamps.membershipId(row.userId, row.tenantId);
  const roles = row.roles.map((slug) => ({ slug }));
  return {
    object: "organization_membership",
    id,
    user_id: row.userId,
    organization_id: row.tenantId,
    organization_name: from.world.tenants.get(row.tenantId)?.name ?? "",
    status: row.status,
    // An environment has a default role, so a membership is never without one.
    role: roles[0] ?? { slug: "member" },
    roles: roles.length === 0 ? [{ slug: "member" }] : roles,
    custom_attributes: {},
    directory_managed: false,
    ...times(from, id),
  };
}

/** A role of the environment. */
export function roleObject(from: From, role: WorldRole): Fields {
  return {
    object: "role",
    id: `role_${role.slug}`,
    name: role.name,
    slug: role.slug,
    description: null,
    type: "EnvironmentRole",
    resource_type_slug: "organization",
    permissions: role.permissions,
    ...times(from, `role_${role.slug}`),
  };
}

/** A session. */
export function sessionObject(session: VendorSession): Fields {
  const ended = session.endedAtMs === null ? null : new Date(session.endedAtMs).toISOString();
  return {
    object: "session",
    id: session.id,
    user_id: session.userId,
    ...(session.organizationId === null ? {} : { organization_id: session.organizationId }),
    ...(session.impersonator === null ? {} : { impersonator: session.impersonator }),
    auth_method: AUTH_METHODS[session.method] ?? "unknown",
    status: session.status,
    ip_address: null,
    user_agent: null,
    expires_at: new Date(session.createdAtMs + 14 * 86_400_000).toISOString(),
    ended_at: ended,
    created_at: new Date(session.createdAtMs).toISOString(),
    updated_at: ended ?? new Date(session.createdAtMs).toISOString(),
  };
}

/** How `authentication_method` of an answer is written in session objects. */
const AUTH_METHODS: Readonly<Record<string, string>> = {
  SSO: "sso",
  Password: "password",
  Passkey: "passkey",
  MagicAuth: "magic_code",
  GoogleOAuth: "oauth",
  Impersonation: "impersonation",
};

/** An API key, without its value. */
export function apiKeyObject(from: From, key: IssuedApiKey): Fields {
  return {
    object: "api_key",
    id: key.id,
    owner:
      key.userId === null
        ? { type: "organization", id: key.organizationId }
        : { type: "user", id: key.userId, organization_id: key.organizationId },
    name: key.name,
    obfuscated_value: `sk_...${key.value.slice(-4)}`,
    permissions: key.permissions,
    last_used_at: key.lastUsedAtMs === null ? null : new Date(key.lastUsedAtMs).toISOString(),
    expires_at: key.expiresAtMs === null ? null : new Date(key.expiresAtMs).toISOString(),
    ...times(from, key.id),
  };
}

/** An invitation, with its token. */
export function invitationObject(from: From, invitation: IssuedInvitation): Fields {
  const { token, state } = invitation;
  return {
    object: "invitation",
    id: invitation.id,
    email: invitation.email,
    state,
    accepted_at: state === "accepted" ? from.stamps.updatedAt(invitation.id) : null,
    revoked_at: state === "revoked" ? from.stamps.updatedAt(invitation.id) : null,
    expires_at: new Date(invitation.expiresAtMs).toISOString(),
    organization_id: invitation.organizationId,
    inviter_user_id: null,
    accepted_user_id: invitation.acceptedUserId,
    role_slug: invitation.roleSlug,
    token,
    accept_invitation_url: `${from.apiOrigin}/invitations?invitation_token=${token}`,
    ...times(from, invitation.id),
  };
}
