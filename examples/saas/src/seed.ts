import type { Auth } from "@tenantry/core";
import type { Stores } from "@tenantry/core/stores";
import type { Notes } from "./notes.ts";
import type { Permission, Role } from "./permissions.ts";

const TENANTS = [
  { slug: "acme", name: "Acme", notes: ["Launch is on Thursday.", "Ask Birch for a quote."] },
  { slug: "birch", name: "Birch", notes: ["Acme asked for a quote: 4,200.", "New office plants!"] },
  { slug: "lighthouse", name: "Lighthouse", notes: ["Support rota: Sam, all week."] },
];

/**
 * Tells the directory about the demo's tenants before anybody has signed in, as an app with existing
 * customers would. Lighthouse's verified domain is what makes its members eligible for support.
 */
export async function seedTenants(
  stores: Stores,
  { instance, issuer }: { readonly instance: string; readonly issuer: string },
): Promise<void> {
  for (const { slug, name } of TENANTS) {
    const id = `tnt_demo_${slug}`;
    await stores.tenants.add({
      id,
      slug,
      name,
      status: "active",
      domains: [{ name: `${slug}.example`, verified: true }],
      policy: {},
      placement: null,
    });
    await stores.links.add({
      instance,
      issuer,
      kind: "tenant",
      external: `org_${slug}`,
      local: id,
      evidence: "configuration",
      createdAtMs: Date.now(),
    });
  }
}

/** A first note or two. Work outside any request gets its scope from `auth.system`. */
export async function seedNotes(auth: Auth<Permission, Role>, notes: Notes): Promise<void> {
  for (const { slug, notes: texts } of TENANTS) {
    const { tenant } = await auth.system({
      tenant: slug,
      actor: "demo-seed",
      role: "editor",
      reason: "first notes",
    });
    // A data file still has them.
    if (notes.list(tenant.scope).length > 0) continue;
    for (const text of texts) notes.add(tenant.scope, { text, author: "Pinboard" });
  }
}
