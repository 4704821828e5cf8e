import type { Stores } from "@tenantry/core/stores";
import { DOCUMENT, DOCUMENT_ID } from "../client/identity.ts";
import type { App } from "./app.ts";
import { resourcesAt } from "./tools.ts";

const TENANTS = [
  { slug: "acme", name: "Acme", notes: ["Launch is on Thursday."] },
  { slug: "birch", name: "Birch", notes: ["Acme asked for a quote: 4,200."] },
  { slug: "lighthouse", name: "Lighthouse", notes: ["Support rota: Sam, all week."] },
];

/** What the emulator must know about this server and about the client of the README. */
export function demoMcp(baseUrl: string) {
  return {
    resources: Object.values(resourcesAt(baseUrl)),
    // The id of the client is an address that nobody serves; its metadata is handed over.
    clientDocuments: { [DOCUMENT_ID]: DOCUMENT },
  };
}

/** Tells the directory about the tenants there are, as a server with customers would. */
export async function seedTenants(
  stores: Stores,
  { instance, issuer }: { readonly instance: string; readonly issuer: string },
): Promise<void> {
  for (const { slug, name } of TENANTS) {
    const id = `tnt_demo_${slug}`;
    const domains = [{ name: `${slug}.example`, verified: true }];
    const status = "active" as const;
    await stores.tenants.add({ id, slug, name, status, domains, policy: {}, placement: null });
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

/** A first note for each tenant, and the vendor's members where it can list them. */
export async function seedMembersAndNotes({ auth, notes }: App): Promise<void> {
  // Agents' tokens of some vendors name no roles, so the directory must know them before the first call.
  // In production webhooks and a nightly job do this.
  if (auth.mcpProviders.some(({ vendor }) => vendor !== "oidc")) await auth.directory.reconcile();
  for (const { slug, notes: texts } of TENANTS) {
    const { tenant } = await auth.system({
      tenant: slug,
      actor: "demo-seed",
      role: "editor",
      reason: "first notes",
    });
    for (const text of texts) notes.add(tenant.scope, text);
  }
}
