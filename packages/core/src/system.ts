import type { SystemContext } from "./auth.ts";
import type { Audit } from "./audit/audit.ts";
import type { Tenant } from "./directory/records.ts";
import { AuthError } from "./errors.ts";
import type { Catalogue } from "./permissions/catalogue.ts";
import type { ScopeMint } from "./tenancy/scope.ts";
import { activeTenant } from "./tenancy/sealed-scope.ts";

/** What `auth.system` needs. */
export interface SystemDeps<P extends string, R extends string> {
  readonly catalogue: Catalogue<P, R>;
  readonly scopes: ScopeMint;
  readonly audit: Audit;
  tenantById(id: string): Promise<Tenant | null>;
  tenantBySlug(slug: string): Promise<Tenant | null>;
}

/** Work outside requests: one tenant, the permissions of one role, on the audit trail before it begins. */
export function createSystem<P extends string, R extends string>(deps: SystemDeps<P, R>) {
  return async function system(work: {
    readonly tenant: string;
    readonly actor: string;
    readonly role: R;
    readonly reason: string;
  }): Promise<SystemContext<P>> {
    if (!deps.catalogue.isRole(work.role)) {
      throw new TypeError(`system(): "${String(work.role)}" is not a role of the catalogue.`);
    }
    if (work.actor === "" || work.reason === "") {
      throw new TypeError("system() needs an actor and a reason: both go on the audit trail.");
    }
    const tenant = await activeTenant(
      async () => (await deps.tenantById(work.tenant)) ?? deps.tenantBySlug(work.tenant),
    );
    const { permissions } = deps.catalogue.effective({
      roles: [work.role],
      vendorPermissions: [],
      bound: undefined,
    });
    const written = await deps.audit.record(
      {
        type: "system.started",
        outcome: "ok",
        tenantId: tenant.id,
        principal: { kind: "system", id: work.actor },
        reason: work.reason,
        details: { actor: work.actor },
      },
      { strict: true },
    );
    if (!written.ok) throw new AuthError("store_unavailable", { reason: "audit_unavailable" });
    return Object.freeze({
      tenant: Object.freeze({
        id: tenant.id,
        slug: tenant.slug,
        name: tenant.name,
        scope: deps.scopes.mint(tenant.id, tenant.placement),
      }),
      permissions,
      actor: work.actor,
    });
  };
}
