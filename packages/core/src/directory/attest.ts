import type { UserPrincipal } from "../context.ts";
import { ok, reject, type Rejection, type Result } from "../internal/result.ts";
import type { Identity, IdentityTenant } from "../tokens/profile.ts";
import { attestMachine, type AttestedService } from "./attest-machine.ts";
import { attestMembership, type Standing } from "./attest-membership.ts";
import { attestMemberships, type MembershipList } from "./attest-memberships.ts";
import { attestTenant, type TenantSource } from "./attest-tenant.ts";
import { newUser, profileChanges } from "./attest-user.ts";
import type { DirectoryOptions, UnknownRule, Via } from "./facts.ts";
import { identityKey } from "./identity-key.ts";
import { knownId, linkedId } from "./links.ts";
import type { ExternalKey } from "./local-id.ts";
import type { Connection, Membership, Tenant, User } from "./records.ts";
import { userPrincipal } from "./user-principal.ts";

/** A verified identity, to be turned into local records. */
export interface Attestation {
  /** The provider instance that vouches for it. */
  readonly instance: string;
  readonly identity: Identity;
  /** `sign_in` for code exchange and refresh, `token` for credentials sent with a request. */
  readonly via: Via;
  /** The customer's own provider it came through. Then the tenant is the connection's, always. */
  readonly connection?: Connection;
  readonly memberships?: MembershipList;
}

/** A person in local words. */
export interface AttestedUser {
  readonly kind: "user";
  readonly principal: UserPrincipal;
  readonly user: User;
  /** Null: the identity stands for none. */
  readonly tenant: Tenant | null;
  readonly membership: Membership | null;
  /** App roles that this credential may claim in the tenant. Empty without a tenant. */
  readonly roles: readonly string[];
  /** Vendor permissions that this credential may claim, for `catalogue.effective`. */
  readonly vendorPermissions: readonly string[];
}

/** Who a verified identity is here. */
export type Attested = AttestedUser | AttestedService;

/**
 * Turns a verified identity into local records, making those that are new and allowed, and tells
 * what the credential may claim.
 *
 * Identity is (instance, issuer, subject), with the organization where subjects are the
 * organization's own. An e-mail address finds nobody. Rejects with `account_unknown`,
 * `account_inactive`, `tenant_unknown`, `membership_inactive`, `connection_mismatch`, the reasons of
 * {@link attestMachine}, and `claim_missing` for a subject of an organization without one.
 */
export async function attest(
  directory: DirectoryOptions,
  attestation: Attestation,
): Promise<Result<Attested>> {
  const { instance, identity, via, connection } = attestation;
  const refusal = connection && refuseConnection(connection, attestation);
  if (refusal !== undefined) return refusal;

  const keyed = identityKey(instance, identity, connection);
  if (!keyed.ok) return keyed;
  const key = keyed.value;
  const onUnknown = unknownRule(directory, attestation);
  const source: TenantSource = { instance, issuer: identity.issuer, via, onUnknown };
  logUnknownRoles(directory, identity);
  return identity.kind === "service"
    ? attestMachine(directory, identity, { key, source, connection })
    : attestUser(directory, attestation, { key, source });
}

async function attestUser(
  directory: DirectoryOptions,
  { identity, connection, memberships, via }: Attestation,
  { key, source }: { key: ExternalKey; source: TenantSource },
): Promise<Result<AttestedUser>> {
  const known = await knownUser(directory, key);
  if (known === null && source.onUnknown === "refuse") return reject("account_unknown");
  if (known !== null && known.status !== "active") return reject("account_inactive");

  const named: IdentityTenant | null = connection
    ? { local: connection.tenantId }
    : identity.tenant;
  const found = named === null ? ok(null) : await attestTenant(directory, named, source);
  if (!found.ok) return found;
  const tenant = found.value;

  const user = known ?? (await addUser(directory, identity, { key, via, connection }));
  if (user.status !== "active") return reject("account_inactive");
  // SECURITY: only a sign-in is fresh. A token may be hours old and must not set a profile back.
  const changes = via === "sign_in" ? profileChanges(user, identity, connection) : null;
  // A provider's clock ahead of ours must not outlast a removal that we record now.
  const versionMs = Math.min(identity.issuedAtSeconds * 1000, directory.nowMs());
  const updated =
    changes === null
      ? user
      : await directory.stores.users.update(user.id, { ...changes, versionMs });
  if (updated?.status !== "active") return reject("account_inactive");

  const standing = await standingIn(directory, tenant, { identity, userId: user.id, versionMs });
  if (standing !== null && !standing.ok) return standing;
  if (memberships !== undefined && connection === undefined) {
    const tenantId = tenant?.id ?? null;
    await attestMemberships(directory, memberships, {
      userId: user.id,
      versionMs,
      source,
      tenantId,
    });
  }
  return ok({
    kind: "user",
    principal: userPrincipal(updated),
    user: updated,
    tenant,
    membership: standing?.value.membership ?? null,
    roles: standing?.value.roles ?? [],
    vendorPermissions: standing?.value.vendorPermissions ?? [],
  });
}

async function standingIn(
  directory: DirectoryOptions,
  tenant: Tenant | null,
  claim: { readonly identity: Identity; readonly userId: string; readonly versionMs: number },
): Promise<Result<Standing> | null> {
  if (tenant === null) return null;
  const { identity, userId, versionMs } = claim;
  const roles = identity.roles && directory.catalogue.rolesOf(identity.roles).roles;
  const permissions = identity.permissions ?? [];
  return attestMembership(directory, {
    userId,
    tenantId: tenant.id,
    roles,
    permissions,
    versionMs,
  });
}

async function knownUser(directory: DirectoryOptions, key: ExternalKey): Promise<User | null> {
  const local = await knownId(directory, "user", key);
  return local === null ? null : directory.stores.users.get(local);
}

async function addUser(
  directory: DirectoryOptions,
  identity: Identity,
  how: {
    readonly key: ExternalKey;
    readonly via: Via;
    readonly connection: Connection | undefined;
  },
): Promise<User> {
  const id = await linkedId(directory, "user", { key: how.key, evidence: how.via });
  return directory.stores.users.add(newUser(id, identity, how.connection));
}

function refuseConnection(
  connection: Connection,
  { instance, identity }: Attestation,
): Rejection | undefined {
  const { tenant } = identity;
  const agrees =
    connection.enabled &&
    connection.instance === instance &&
    connection.issuer === identity.issuer &&
    // SECURITY: a customer's provider must not name tenants, not even by mistake.
    (tenant === null || ("local" in tenant && tenant.local === connection.tenantId));
  return agrees ? undefined : reject("connection_mismatch");
}

function unknownRule({ onUnknown }: DirectoryOptions, { identity, via }: Attestation): UnknownRule {
  const { signIn = "provision", token = "provision", machine = token } = onUnknown ?? {};
  if (identity.kind === "service") return machine;
  return via === "sign_in" ? signIn : token;
}

function logUnknownRoles({ catalogue, log }: DirectoryOptions, identity: Identity): void {
  if (identity.roles === undefined) return;
  const count = catalogue.rolesOf(identity.roles).unknown.length;
  if (count > 0) log({ level: "debug", event: "directory.roles_unknown", fields: { count } });
}
