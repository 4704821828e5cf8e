import type { OpenConnection, ProviderTools } from "@tenantry/core/provider";
import { ConnectionInvalid } from "./errors.ts";
import { missingForClientAuth, problemsOfClaims } from "./options-rules.ts";
import { connectionSettings, isIssuer, type ConnectionValues } from "./options.ts";
import { isPrivateJwk } from "./private-key.ts";
import { entraTenantOf } from "./entra/tenants.ts";
import { atEntraTenant, entraOf, issuersOf, type Registration } from "./registration.ts";

/** The registration from the options and those of customers' connections, loaded when they are used. */
export interface Registrations {
  readonly environment: Registration | null;
  /** Without an id: the one from the options. Null: there is none. Throws if the store cannot answer. */
  byConnection(id: string | undefined, tools: ProviderTools): Promise<Registration | null>;
  /** Those whose tokens this provider accepts from an issuer. Throws if the store cannot answer. */
  byIssuer(issuer: string, tools: ProviderTools): Promise<Registration | null>;
}

/** Makes {@link Registrations}. */
export function createRegistrations(
  environment: Registration | null,
  options: { readonly allowInsecureLoopback: boolean },
): Registrations {
  const open = (row: OpenConnection): Registration => {
    // SECURITY: a customer who enters our own issuer would give its people to their tenant.
    if (environment !== null && isOf(environment, row.issuer))
      throw new ConnectionInvalid("connection_issuer_reserved");
    return fromConnection(row, options);
  };
  return {
    environment,
    async byConnection(id, tools) {
      if (id === undefined) return environment;
      const row = await tools.connections.get(id);
      return row === null ? null : open(row);
    },
    async byIssuer(issuer, tools) {
      const own = environment === null ? null : issuedBy(environment, issuer);
      if (own !== null) return own;
      const [row, second] = await tools.connections.byIssuer(issuer);
      // SECURITY: two customers of one issuer share its keys: a token alone does not say whose it is.
      if (row === undefined || second !== undefined) return null;
      return issuedBy(open(row), issuer);
    },
  };
}

/** Whether an issuer is a registration's, as an address to ask or as one whose tokens it accepts. */
function isOf(registration: Registration, issuer: string): boolean {
  return registration.issuer === issuer || issuersOf(registration).includes(issuer);
}

/** The registration as it reads tokens of one issuer; null if it accepts none of it. */
function issuedBy(registration: Registration, issuer: string): Registration | null {
  const { entra } = registration;
  if (entra === undefined) return registration.issuer === issuer ? registration : null;
  const id = entraTenantOf(entra, issuer);
  return id === undefined ? null : atEntraTenant(registration, id);
}

function fromConnection(
  row: OpenConnection,
  { allowInsecureLoopback }: { readonly allowInsecureLoopback: boolean },
): Registration {
  const { clientSecret, privateKeyJwk } = row.secrets;
  const key = privateKeyJwk === undefined ? undefined : parseKey(privateKeyJwk);
  const rules = parseSettings(row.settings);
  const isInsecure = row.issuer.startsWith("http:") && !allowInsecureLoopback;
  const entra = entraOf({ issuer: row.issuer, recipe: rules.recipe });
  const lacks = missingForClientAuth({ ...rules, clientSecret, privateKeyJwk: key });
  const isWrong =
    !isIssuer(row.issuer) ||
    entra === null ||
    isInsecure ||
    row.clientId === "" ||
    lacks !== null ||
    !rules.scopes.includes("openid") ||
    problemsOfClaims(rules, row.clientId).length > 0;
  if (isWrong) throw new ConnectionInvalid("connection_invalid");
  return {
    issuer: row.issuer,
    clientId: row.clientId,
    clientSecret,
    privateKeyJwk: key,
    rules,
    // SECURITY: the tenant is the row's, whatever this issuer puts into its tokens.
    tenant: { kind: "fixed", tenant: { local: row.tenantId } },
    organizationParameter: undefined,
    organizationScope: undefined,
    entra: entra ?? undefined,
    introspectionClients: [],
    mcpResources: [],
    connection: { id: row.id, tenantId: row.tenantId, emailDomains: row.emailDomains },
  };
}

function parseSettings(settings: Readonly<Record<string, unknown>>): ConnectionValues {
  try {
    return connectionSettings.fromOptions(settings);
  } catch {
    throw new ConnectionInvalid("connection_invalid");
  }
}

function parseKey(text: string): Readonly<Record<string, unknown>> {
  try {
    const key: unknown = JSON.parse(text);
    if (isPrivateJwk(key)) return key;
  } catch {
    // Not JSON: as wrong as any other shape, and its text is a secret.
  }
  throw new ConnectionInvalid("connection_invalid");
}
