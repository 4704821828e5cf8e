import type { Changes, TenantStore } from "../ports.ts";
import type { Tenant } from "../records.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";
import { isOutdated } from "./version.ts";

/** Tenants in the memory of one process. */
export function memoryTenants(): TenantStore {
  const byId = new Map<string, Tenant>();
  const idBySlug = new Map<string, string>();
  const idByDomain = new Map<string, string>();

  function isFree(tenant: Tenant): boolean {
    const isOurs = (holder: string | undefined) => holder === undefined || holder === tenant.id;
    return (
      tenant.status === "deleted" ||
      (isOurs(idBySlug.get(tenant.slug)) &&
        verifiedDomains(tenant).every((domain) => isOurs(idByDomain.get(domain))))
    );
  }

  function write(tenant: Tenant): Tenant | null {
    if (!isFree(tenant)) return null;
    forget(byId.get(tenant.id));
    const stored = frozenCopy(tenant);
    byId.set(stored.id, stored);
    if (stored.status !== "deleted") {
      idBySlug.set(stored.slug, stored.id);
      for (const domain of verifiedDomains(stored)) idByDomain.set(domain, stored.id);
    }
    return stored;
  }

  function forget(tenant: Tenant | undefined): void {
    // A deleted tenant's slug and domains may belong to another by now.
    if (tenant === undefined || tenant.status === "deleted") return;
    idBySlug.delete(tenant.slug);
    for (const domain of verifiedDomains(tenant)) idByDomain.delete(domain);
  }

  function find(id: string | undefined): Tenant | null {
    return id === undefined ? null : (byId.get(id) ?? null);
  }

  return {
    async get(id) {
      return find(id);
    },
    async getBySlug(slug) {
      return find(idBySlug.get(slug));
    },
    async getByVerifiedDomain(domain) {
      return find(idByDomain.get(domain));
    },
    async add(tenant) {
      return find(tenant.id) ?? write(tenant);
    },
    async update(id, changes: Changes<Tenant>) {
      const stored = find(id);
      if (stored === null) return null;
      return isOutdated(stored, changes) ? stored : write({ ...stored, ...changes, id });
    },
    async put(tenant) {
      return write(tenant) !== null;
    },
    async list(options) {
      return page(byId.values(), { position: (tenant) => tenant.id }, options);
    },
  };
}

/** SECURITY: a domain that is only claimed must find nobody and keep nobody from it. */
function verifiedDomains(tenant: Tenant): readonly string[] {
  return tenant.domains.filter((domain) => domain.verified).map((domain) => domain.name);
}
