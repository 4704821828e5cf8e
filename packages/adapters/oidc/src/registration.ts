import type { ConnectionBinding, IdentityTenant } from "@tenantry/core/provider";
import { entraIssuer, entraIssuersOf, entraTenants, type EntraTenants } from "./entra/tenants.ts";
import type { ConnectionValues, OidcValues } from "./options.ts";

/** Names that lead to a claim, outermost first. */
export type ClaimPath = readonly string[];

/** What a token is, as far as its claims are read differently. */
export type ReadAs = "id" | "access" | "m2m";

/** Which tenant a token of a registration stands for. */
export type TenantRule =
  | { readonly kind: "none" }
  /** The same for everybody: a tenant from the configuration, or the connection's own. */
  | { readonly kind: "fixed"; readonly tenant: IdentityTenant }
  | {
      readonly kind: "claim";
      readonly id: ClaimPath;
      readonly slug: ClaimPath | undefined;
      readonly name: ClaimPath | undefined;
      /** Slugs by organization id. */
      readonly map: ReadonlyMap<string, string>;
      readonly unknown: "refuse" | "provision";
      /** All memberships of the person, in ID tokens. */
      readonly all: ClaimPath | undefined;
    };

/** How this app is registered with one issuer, and how to read what that issuer says. */
export interface Registration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly privateKeyJwk: Readonly<Record<string, unknown>> | undefined;
  /** Options that say the same for the environment and for a customer's connection. */
  readonly rules: ConnectionValues;
  readonly tenant: TenantRule;
  /** The sign-in parameter, and the scope, that name the wanted organization. */
  readonly organizationParameter: string | undefined;
  readonly organizationScope: string | undefined;
  readonly introspectionClients: readonly string[];
  /** Set with the recipe `entra`. */
  readonly entra: EntraTenants | undefined;
  /** Resources of MCP servers, some for all tenants at once. A customer's connection has none. */
  readonly mcpResources: readonly string[];
  /** Set for a customer's own connection. */
  readonly connection: ConnectionBinding | undefined;
}

/** The registration that the options describe; null if there are only customers' connections. */
export function registrationFromOptions(values: OidcValues): Registration | null {
  const { issuer, clientId, clientSecret, privateKeyJwk, orgParam, orgScope } = values;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret,
    privateKeyJwk,
    rules: values,
    tenant: tenantRule(values),
    organizationParameter: orgParam,
    organizationScope: orgScope,
    entra: entraOf({ issuer, recipe: values.recipe, listed: values.entraTenants }) ?? undefined,
    introspectionClients: values.introspectionClients ?? [],
    mcpResources: values.mcpResource ?? [],
    connection: undefined,
  };
}

/** The Entra ID tenants of a registration; undefined if it has another recipe, null if its issuer is wrong. */
export function entraOf(of: {
  readonly issuer: string;
  readonly recipe: string | undefined;
  readonly listed?: readonly string[] | undefined;
}): EntraTenants | null | undefined {
  return of.recipe === "entra" ? entraTenants(of.issuer, of.listed) : undefined;
}

/** Every issuer whose tokens a registration accepts. */
export function issuersOf({ issuer, entra }: Registration): readonly string[] {
  return entra === undefined ? [issuer] : entra.ids.flatMap((id) => entraIssuersOf(entra, id));
}

/** The same registration at one of its Entra ID tenants, which has an issuer and keys of its own. */
export function atEntraTenant(registration: Registration, id: string): Registration {
  const { entra } = registration;
  if (entra === undefined) return registration;
  return {
    ...registration,
    issuer: entraIssuer(entra, id),
    entra: { ...entra, ids: [id], isShared: false },
  };
}

function tenantRule(values: OidcValues): TenantRule {
  const { tenant, orgClaim } = values;
  if (tenant !== undefined) {
    return {
      kind: "fixed",
      tenant: { external: tenant, slug: tenant, name: tenant, configured: true },
    };
  }
  if (orgClaim === undefined) return { kind: "none" };
  return {
    kind: "claim",
    id: orgClaim,
    slug: values.orgSlugClaim,
    name: values.orgNameClaim,
    map: new Map(Object.entries(values.orgMap ?? {})),
    unknown: values.orgUnknown,
    all: values.orgsClaim,
  };
}
