import { ok, reject, type Result } from "../internal/result.ts";
import type { IdentityTenant } from "../tokens/profile.ts";
import type { DirectoryOptions, UnknownRule, Via } from "./facts.ts";
import { knownId, linkedId } from "./links.ts";
import { slugCandidates } from "./slug.ts";
import type { Tenant } from "./records.ts";

/** Where an identity's tenant comes from, and what to do if nobody knows it. */
export interface TenantSource {
  readonly instance: string;
  readonly issuer: string;
  readonly via: Via;
  readonly onUnknown: UnknownRule;
}

/**
 * The local tenant that an identity names, made if it is new and that is allowed. One that our
 * configuration fixed must exist. Rejects with `tenant_unknown`; a deleted tenant is as good as none.
 */
export async function attestTenant(
  directory: DirectoryOptions,
  named: IdentityTenant,
  source: TenantSource,
): Promise<Result<Tenant>> {
  const tenant =
    "local" in named
      ? await configuredTenant(directory, named.local)
      : await externalTenant(directory, named, source);
  return tenant === null || tenant.status === "deleted" ? reject("tenant_unknown") : ok(tenant);
}

/** Configuration names a tenant by its id or, for people who write it, by its slug. */
async function configuredTenant(
  directory: DirectoryOptions,
  local: string,
): Promise<Tenant | null> {
  const { tenants } = directory.stores;
  return (await tenants.get(local)) ?? tenants.getBySlug(local);
}

async function externalTenant(
  directory: DirectoryOptions,
  named: Extract<IdentityTenant, { external: string }>,
  source: TenantSource,
): Promise<Tenant | null> {
  const { tenants } = directory.stores;
  const key = { instance: source.instance, issuer: source.issuer, external: named.external };
  const local = await knownId(directory, "tenant", key);
  const known = local === null ? null : await tenants.get(local);
  if (known !== null) return known;
  if (source.onUnknown === "refuse") return null;

  const id = await linkedId(directory, "tenant", { key, evidence: source.via });
  for (const slug of slugCandidates({ id, slug: named.slug, name: named.name })) {
    const added = await tenants.add({
      id,
      slug,
      name: named.name ?? named.slug ?? slug,
      status: "active",
      domains: [],
      policy: {},
      placement: null,
    });
    if (added !== null) return added;
  }
  return null;
}
