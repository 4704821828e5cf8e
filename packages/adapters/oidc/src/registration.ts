import type { ConnectionBinding, IdentityTenant } from "@tenantry/core/provider";
import type { ConnectionValues, OidcValues } from "./options.ts";

/** Names that lead to a claim, outermost first. */
export type ClaimPath = readonly string[];

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
  /** The sign-in parameter that names the wanted organization. */
  readonly organizationParameter: string | undefined;
  readonly introspectionClients: readonly string[];
  /** Set for a customer's own connection. */
  readonly connection: ConnectionBinding | undefined;
}

/** The registration that the options describe; null if there are only customers' connections. */
export function registrationFromOptions(values: OidcValues): Registration | null {
  const { issuer, clientId, clientSecret, privateKeyJwk, orgParam } = values;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret,
    privateKeyJwk,
    rules: values,
    tenant: tenantRule(values),
    organizationParameter: orgParam,
    introspectionClients: values.introspectionClients ?? [],
    connection: undefined,
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
