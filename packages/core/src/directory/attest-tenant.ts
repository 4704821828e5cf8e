import { ok, reject, type Result } from "../internal/result.ts";
import type { IdentityTenant } from "../tokens/profile.ts";
import type { DirectoryOptions, UnknownRule, Via } from "./facts.ts";
import type { ExternalKey } from "./local-id.ts";
import { knownId, linkedId, linkTo } from "./links.ts";
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
  const meant = await operatorsTenant(directory, named, key);
  if (meant !== null) return meant;
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

/**
 * The existing tenant whose slug the operator wrote for this organization, linked from now on.
 *
 * SECURITY: only for a slug of ours. A slug that a vendor sends finds nothing: whoever may name an
 * organization there could otherwise take a tenant here.
 */
async function operatorsTenant(
  directory: DirectoryOptions,
  { slug, configured }: Extract<IdentityTenant, { external: string }>,
  key: ExternalKey,
): Promise<Tenant | null> {
  if (configured !== true || slug === undefined) return null;
  const tenant = await directory.stores.tenants.getBySlug(slug);
  if (tenant === null) return null;
  const local = await linkTo(directory, "tenant", {
    key,
    local: tenant.id,
    evidence: "configuration",
  });
  return local === tenant.id ? tenant : directory.stores.tenants.get(local);
}
