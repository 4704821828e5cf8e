import type { DirectoryChange, TenantData } from "../provider/directory.ts";
import {
  hasOtherLinks,
  idFor,
  versionOf,
  type Applied,
  type ChangeSource,
} from "./change-source.ts";
import type { DirectoryOptions } from "./facts.ts";
import type { Tenant } from "./records.ts";
import { tenantKey } from "./revocation-keys.ts";
import { slugCandidates, toSlug } from "./slug.ts";

type TenantUpsert = Extract<DirectoryChange, { kind: "upsert"; entity: "tenant" }>;

/**
 * Makes or renames a tenant. Its slug stays, because addresses hold it. What the vendor calls a
 * verified domain may have been proven by a mere e-mail, so domains are not taken over: here one
 * counts by DNS or by an administrator's decision only.
 */
export async function applyTenant(
  directory: DirectoryOptions,
  source: ChangeSource,
  { external, version, data }: TenantUpsert,
): Promise<Applied> {
  const id = await idFor(directory, "tenant", { source, external });
  const tenant = id === null ? null : await tenantOf(directory, id, data);
  if (tenant === null) return "ignored";
  if (tenant.status === "deleted") return "outdated";
  const versionMs = versionOf(directory, version);
  if ((tenant.versionMs ?? 0) > versionMs) return "outdated";
  const { name } = data;
  const changes = { ...(name === undefined ? {} : { name }), versionMs };
  for (const slug of betterSlugs(tenant, data)) {
    const updated = await directory.stores.tenants.update(tenant.id, { ...changes, slug });
    if (updated !== null) return "applied";
  }
  await directory.stores.tenants.update(tenant.id, changes);
  return "applied";
}

/** A tenant that the vendor deleted. One that another vendor has too lives on, its credentials do not. */
export async function deleteTenant(
  directory: DirectoryOptions,
  source: ChangeSource,
  { external }: Pick<TenantUpsert, "external">,
): Promise<Applied> {
  const { stores, nowMs } = directory;
  const id = await idFor(directory, "tenant", { source, external });
  // One that was never heard of is noted down as well: the news of its creation may come later.
  const tenant = id === null ? null : await tenantOf(directory, id, {}, "deleted");
  if (tenant === null) return "ignored";
  if (!(await hasOtherLinks(directory, "tenant", { local: tenant.id, source, external }))) {
    // Without a version: a vendor never gives an id out again, so nothing comes after this.
    await stores.tenants.update(tenant.id, { status: "deleted" });
  }
  await stores.revocations.raise([tenantKey(tenant.id)], nowMs());
  return "applied";
}

/** The tenant with this id, made if there is none. Null if no slug is left for it. */
export async function tenantOf(
  { stores: { tenants } }: DirectoryOptions,
  id: string,
  data: TenantData,
  status: Tenant["status"] = "active",
): Promise<Tenant | null> {
  const known = await tenants.get(id);
  if (known !== null) return known;
  for (const slug of slugCandidates({ id, slug: data.slug, name: data.name })) {
    const added = await tenants.add({
      id,
      slug,
      name: data.name ?? data.slug ?? slug,
      status,
      domains: [],
      policy: {},
      placement: null,
    });
    if (added !== null) return added;
  }
  return null;
}

/** Slugs for a tenant that had to be made before anybody said what it is called. */
function betterSlugs(tenant: Tenant, { slug, name }: TenantData): readonly string[] {
  if (tenant.slug !== toSlug(tenant.id) || (slug === undefined && name === undefined)) return [];
  return slugCandidates({ id: tenant.id, slug, name });
}
