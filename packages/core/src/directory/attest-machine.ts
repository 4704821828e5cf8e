import type { ServicePrincipal } from "../context.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { Identity } from "../tokens/profile.ts";
import { attestTenant, type TenantSource } from "./attest-tenant.ts";
import type { DirectoryOptions } from "./facts.ts";
import { linkedId } from "./links.ts";
import type { ExternalKey } from "./local-id.ts";
import type { Connection, Machine, Tenant } from "./records.ts";

/** A machine in local words. It always has exactly one tenant. */
export interface AttestedService {
  readonly kind: "service";
  readonly principal: ServicePrincipal;
  readonly tenant: Tenant;
  readonly membership: null;
  readonly roles: readonly string[];
  readonly vendorPermissions: readonly string[];
}

/**
 * A machine and its tenant: from its registration, from its token, or from both if they agree.
 *
 * Rejects with `machine_unbound` (neither names a tenant), `machine_tenant_mismatch` (they differ),
 * `account_unknown` (not registered, and unknown ones are refused), `account_inactive`,
 * `tenant_unknown`.
 */
export async function attestMachine(
  directory: DirectoryOptions,
  identity: Identity,
  about: { key: ExternalKey; source: TenantSource; connection: Connection | undefined },
): Promise<Result<AttestedService>> {
  const { key, source, connection } = about;
  const machine = await directory.stores.machines.find(key);
  if (machine?.status === "suspended") return reject("account_inactive");
  if (machine === null && source.onUnknown === "refuse") return reject("account_unknown");

  const named = connection === undefined ? identity.tenant : { local: connection.tenantId };
  const registered = machine === null ? null : { local: machine.tenantId };
  const first = registered ?? named;
  // SECURITY: a machine without a tenant is never given one.
  if (first === null) return reject("machine_unbound");
  const tenant = await attestTenant(directory, first, source);
  if (!tenant.ok) return tenant;
  if (machine !== null && named !== null) {
    // SECURITY: only a comparison. A token must not provision the tenant it disagrees about.
    const other = await attestTenant(directory, named, { ...source, onUnknown: "refuse" });
    if (!other.ok || other.value.id !== tenant.value.id) return reject("machine_tenant_mismatch");
  }

  const evidence = source.via;
  const id = machine?.id ?? (await linkedId(directory, "service", { key, evidence }));
  const name = machine?.name ?? identity.name;
  return ok({
    kind: "service",
    principal: { kind: "service", id, ...(name === undefined ? {} : { name }) },
    tenant: tenant.value,
    membership: null,
    ...standing(directory, identity, machine),
  });
}

/** What the token says, capped by what the machine was registered with. */
function standing({ catalogue }: DirectoryOptions, identity: Identity, machine: Machine | null) {
  const attested = identity.roles && catalogue.rolesOf(identity.roles).roles;
  const vendorPermissions = identity.permissions ?? [];
  if (machine === null) return { roles: attested ?? [], vendorPermissions };
  const limit = catalogue.grants(machine.roles);
  return {
    roles: attested === undefined ? machine.roles : catalogue.cap(attested, machine.roles),
    vendorPermissions: catalogue.bound(vendorPermissions).filter((name) => limit.includes(name)),
  };
}
