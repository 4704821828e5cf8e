import type { CrossTenant } from "../context.ts";
import type { Tenant } from "../directory/records.ts";
import type { AuthErrorCode, AuthErrorDetails } from "../errors.ts";
import type { Identified } from "../identified.ts";
import type { CrossTenantGate } from "./cross-tenant.ts";
import type { AgreedHint } from "./hints.ts";

/** The tenant of a request, and what the principal is in it. */
export type Resolved =
  | {
      readonly ok: true;
      readonly tenant: Tenant | null;
      readonly roles: readonly string[];
      readonly vendorPermissions: readonly string[];
      readonly crossTenant?: CrossTenant;
    }
  | {
      readonly ok: false;
      readonly code: AuthErrorCode;
      readonly details: AuthErrorDetails;
    };

/** What step 3 may look up. */
export interface TenantLookup {
  bySlug(slug: string): Promise<Tenant | null>;
  /** Whether this person has an active membership in this tenant. */
  isMember(userId: string, tenantId: string): Promise<boolean>;
  readonly crossTenant: CrossTenantGate | undefined;
}

/**
 * Step 3: the tenant of the credential, if everything in the request that names one agrees. There is
 * no fallback: not the last tenant, not the only tenant, nothing a caller can shape.
 */
export async function resolveTenant(
  who: Identified,
  hint: AgreedHint,
  lookup: TenantLookup,
): Promise<Resolved> {
  if (hint.kind === "refused") return notFound(hint.reason);

  // Not awaited where nobody can enter: this is on every request's way.
  const entered = lookup.crossTenant && (await lookup.crossTenant.current(who));
  const own: Resolved & { ok: true } =
    entered === undefined
      ? { ok: true, tenant: who.tenant, roles: who.roles, vendorPermissions: who.vendorPermissions }
      : {
          ok: true,
          tenant: entered.tenant,
          roles: [entered.role],
          vendorPermissions: [],
          crossTenant: entered.crossTenant,
        };

  if (hint.kind === "none") {
    // SECURITY: a machine that is bound to no tenant is refused even where no tenant is needed:
    // guessing one later would be the confused deputy.
    if (own.tenant === null && who.principal.kind === "service") {
      return { ok: false, code: "tenant_required", details: { reason: "machine_unbound" } };
    }
    return own;
  }
  if (own.tenant !== null && own.tenant.slug === hint.slug) return own;
  return elsewhere(who, hint.slug, lookup);
}

/**
 * The path names another tenant than the credential. Only a person with a session who is known to
 * belong there learns that it exists; everybody else gets what an absent tenant gives.
 */
async function elsewhere(who: Identified, slug: string, lookup: TenantLookup): Promise<Resolved> {
  const tenant = await lookup.bySlug(slug);
  if (tenant === null) return notFound("tenant_absent");
  if (who.session === undefined || who.principal.kind !== "user") return notFound("tenant_foreign");
  if (!(await lookup.isMember(who.principal.id, tenant.id))) return notFound("tenant_foreign");
  return {
    ok: false,
    code: "tenant_switch_required",
    details: { reason: "tenant_other", switchTo: { slug: tenant.slug, name: tenant.name } },
  };
}

function notFound(reason: string): Resolved {
  return { ok: false, code: "tenant_not_found", details: { reason } };
}
