import type { WorldMembership, WorldRole, WorldTenant, WorldUser } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { permissionsOf } from "./features.ts";
import { machineId } from "./stamps.ts";
import type { ClerkSession, IssuedApiKey, IssuedInvitation, IssuedMachineToken } from "./state.ts";

/** A JSON object of the Backend API, version 2026-05-12 (https://github.com/clerk/openapi-specs). */
export type ApiObject = Readonly<Record<string, unknown>>;

export function userObject({ stamps, state }: ClerkContext, user: WorldUser): ApiObject {
  const [first = "", ...rest] = user.name.split(" ");
  const emailId = `idn_${user.id}`;
  return {
    id: user.id,
    object: "user",
    username: null,
    first_name: first === "" ? null : first,
    last_name: rest.length === 0 ? null : rest.join(" "),
    image_url: "",
    has_image: false,
    primary_email_address_id: emailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [
      {
        id: emailId,
        object: "email_address",
        email_address: user.email,
        verification: {
          status: user.emailVerified ? "verified" : "unverified",
          strategy: "email_code",
          attempts: null,
          expire_at: null,
        },
        linked_to: [],
        created_at: stamps.createdAt(user.id),
        updated_at: stamps.updatedAt(user.id),
      },
    ],
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    enterprise_accounts: [],
    passkeys: [],
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    external_id: null,
    last_sign_in_at: null,
    banned: false,
    locked: false,
    deprovisioned: state.deprovisioned.has(user.id),
    last_active_at: null,
    created_at: stamps.createdAt(user.id),
    updated_at: stamps.updatedAt(user.id),
  };
}

export function organizationObject(
  { stamps, world }: ClerkContext,
  tenant: WorldTenant,
): ApiObject {
  return {
    object: "organization",
    id: tenant.id,
    name: tenant.name,
    slug: tenant.slug,
    image_url: "",
    has_image: false,
    members_count: world.memberships.inTenant(tenant.id).filter(isActive).length,
    max_allowed_memberships: 0,
    admin_delete_enabled: true,
    public_metadata: {},
    private_metadata: {},
    created_at: stamps.createdAt(tenant.id),
    updated_at: stamps.updatedAt(tenant.id),
  };
}

/** Whether a membership exists at the vendor: there are no pending or suspended ones. */
export function isActive({ status }: WorldMembership): boolean {
  return status === "active";
}

export function membershipObject(context: ClerkContext, row: WorldMembership): ApiObject {
  const { world, stamps } = context;
  const user = world.users.get(row.userId);
  const tenant = world.tenants.get(row.tenantId);
  const [role = ""] = row.roles;
  const id = stamps.membershipId(row.userId, row.tenantId);
  const [first = "", ...rest] = (user?.name ?? "").split(" ");
  return {
    object: "organization_membership",
    id,
    role: `org:${role}`,
    role_name: world.roles.get(role)?.name ?? role,
    permissions: permissionsOf(world, role),
    public_metadata: {},
    private_metadata: {},
    organization: tenant === undefined ? { id: row.tenantId } : organizationObject(context, tenant),
    public_user_data: {
      user_id: row.userId,
      first_name: first === "" ? null : first,
      last_name: rest.length === 0 ? null : rest.join(" "),
      image_url: "",
      has_image: false,
      identifier: user?.email ?? "",
    },
    created_at: stamps.createdAt(id),
    updated_at: stamps.updatedAt(id),
  };
}

export function invitationObject(invitation: IssuedInvitation): ApiObject {
  const { id, email, organizationId, role, status, createdAtMs } = invitation;
  return {
    object: "organization_invitation",
    id,
    email_address: email,
    role,
    role_name: role.replace(/^org:/, ""),
    organization_id: organizationId,
    status,
    public_metadata: {},
    private_metadata: {},
    url: null,
    expires_at: createdAtMs + 30 * 86_400_000,
    created_at: createdAtMs,
    updated_at: createdAtMs,
  };
}

export function domainObject(
  { stamps }: ClerkContext,
  tenant: WorldTenant,
  name: string,
): ApiObject {
  const verified = tenant.domains.some((one) => one.domain === name && one.verified);
  return {
    object: "organization_domain",
    id: `orgdmn_${tenant.id}_${name}`,
    organization_id: tenant.id,
    name,
    enrollment_mode: "manual_invitation",
    affiliation_email_address: null,
    verification: {
      status: verified ? "verified" : "unverified",
      strategy: "affiliation_email_code",
      attempts: 0,
      expire_at: 0,
    },
    total_pending_invitations: 0,
    total_pending_suggestions: 0,
    created_at: stamps.createdAt(tenant.id),
    updated_at: stamps.updatedAt(tenant.id),
  };
}

export function roleObject({ stamps }: ClerkContext, role: WorldRole): ApiObject {
  const at = stamps.createdAt(`role:${role.slug}`);
  return {
    object: "role",
    id: `role_${role.slug}`,
    name: role.name,
    key: `org:${role.slug}`,
    description: "",
    is_creator_eligible: role.slug === "admin",
    permissions: role.permissions.map((key) => ({
      object: "permission",
      id: `perm_${key.replace(":", "_")}`,
      name: key,
      key: `org:${key}`,
      description: "",
      type: "user",
      created_at: at,
      updated_at: at,
    })),
    created_at: at,
    updated_at: stamps.updatedAt(`role:${role.slug}`),
  };
}

export function sessionObject(session: ClerkSession): ApiObject {
  const { id, clientId, userId, status, organizationId, actor, createdAtMs } = session;
  return {
    object: "session",
    id,
    client_id: clientId,
    user_id: userId,
    status,
    last_active_organization_id: organizationId,
    actor,
    last_active_at: createdAtMs,
    expire_at: createdAtMs + 7 * 86_400_000,
    abandon_at: createdAtMs + 30 * 86_400_000,
    created_at: createdAtMs,
    updated_at: createdAtMs,
  };
}

export function apiKeyObject(key: IssuedApiKey): ApiObject {
  const { id, name, subject, scopes, claims, revoked, createdBy, expiresAtMs, createdAtMs } = key;
  return {
    object: "api_key",
    id,
    type: "api_key",
    name,
    subject,
    scopes,
    claims,
    revoked,
    revocation_reason: null,
    expired: expiresAtMs !== null && expiresAtMs <= Date.now(),
    expiration: expiresAtMs,
    created_by: createdBy,
    description: null,
    last_used_at: null,
    created_at: createdAtMs,
    updated_at: createdAtMs,
  };
}

export function machineTokenObject(token: IssuedMachineToken): ApiObject {
  const { id, subject, scopes, claims, revoked, expiresAtMs, createdAtMs } = token;
  return {
    object: "machine_to_machine_token",
    id,
    subject,
    scopes,
    claims,
    revoked,
    revocation_reason: null,
    expired: expiresAtMs !== null && expiresAtMs <= Date.now(),
    expiration: expiresAtMs,
    created_at: createdAtMs,
    updated_at: createdAtMs,
  };
}

export function machineObject({ stamps, instanceId }: ClerkContext, clientId: string): ApiObject {
  const id = machineId(clientId);
  return {
    object: "machine",
    id,
    name: clientId,
    instance_id: instanceId,
    scoped_machines: [],
    default_token_ttl: 3600,
    created_at: stamps.createdAt(id),
    updated_at: stamps.updatedAt(id),
  };
}

/** What a deleted thing leaves behind. */
export function deletedObject(object: string, id: string): ApiObject {
  return { object, id, deleted: true };
}
