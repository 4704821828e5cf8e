import type { Auth } from "@tenantry/core";
import type { Stores } from "@tenantry/core/stores";

/** What pages show of a tenant. */
export interface TenantLink {
  readonly slug: string;
  readonly name: string;
}

/** The tenants this person belongs to, for the switcher. */
export async function tenantsOf(
  auth: Pick<Auth, "directory">,
  userId: string,
): Promise<readonly TenantLink[]> {
  const places = await auth.directory.tenantsOf(userId);
  return places
    .map(({ tenant }) => ({ slug: tenant.slug, name: tenant.name }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** All customers, for the support page and for nobody else. */
export async function allTenants(stores: Pick<Stores, "tenants">): Promise<readonly TenantLink[]> {
  const { items } = await stores.tenants.list();
  return items.filter((tenant) => tenant.status === "active");
}
