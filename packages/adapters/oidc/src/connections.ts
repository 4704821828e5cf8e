import type { OpenConnection, ProviderTools } from "@tenantry/core/provider";
import { ConnectionInvalid } from "./errors.ts";
import { missingForClientAuth } from "./options-rules.ts";
import { connectionSettings, isIssuer, type ConnectionValues } from "./options.ts";
import { isPrivateJwk } from "./private-key.ts";
import type { Registration } from "./registration.ts";

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
    if (row.issuer === environment?.issuer)
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
      if (issuer === environment?.issuer) return environment;
      const [row, second] = await tools.connections.byIssuer(issuer);
      // SECURITY: two customers of one issuer share its keys: a token alone does not say whose it is.
      if (row === undefined || second !== undefined) return null;
      return open(row);
    },
  };
}

function fromConnection(
  row: OpenConnection,
  { allowInsecureLoopback }: { readonly allowInsecureLoopback: boolean },
): Registration {
  const { clientSecret, privateKeyJwk } = row.secrets;
  const key = privateKeyJwk === undefined ? undefined : parseKey(privateKeyJwk);
  const rules = parseSettings(row.settings);
  const isInsecure = row.issuer.startsWith("http:") && !allowInsecureLoopback;
  const lacks = missingForClientAuth({ ...rules, clientSecret, privateKeyJwk: key });
  const isWrong =
    !isIssuer(row.issuer) ||
    isInsecure ||
    row.clientId === "" ||
    lacks !== null ||
    !rules.scopes.includes("openid") ||
    rules.audience?.includes(row.clientId) === true;
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
    introspectionClients: [],
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
