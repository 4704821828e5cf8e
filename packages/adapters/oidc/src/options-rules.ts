import { matchesResource } from "@tenantry/core/provider";
import { entraTenants } from "./entra/tenants.ts";

/** The options that rules between options look at. */
export interface CheckedOptions {
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly privateKeyJwk: Readonly<Record<string, unknown>> | undefined;
  readonly clientAuth: string | undefined;
  readonly recipe: string | undefined;
  readonly audience: readonly string[] | undefined;
  readonly audienceClaim: "aud" | "client_id";
  readonly rolesClaim: readonly string[] | undefined;
  readonly rolesFormat: string;
  readonly rolesOrgClaim: readonly string[] | undefined;
  readonly scopes: readonly string[];
  readonly machineClaim: readonly string[] | undefined;
  readonly machineValue: string | undefined;
  readonly tenant: string | undefined;
  readonly orgClaim: readonly string[] | undefined;
  readonly orgSlugClaim: readonly string[] | undefined;
  readonly orgNameClaim: readonly string[] | undefined;
  readonly orgMap: Readonly<Record<string, string>> | undefined;
  readonly orgUnknown: "refuse" | "provision";
  readonly orgsClaim: readonly string[] | undefined;
  readonly orgParam: string | undefined;
  readonly orgScope: string | undefined;
  readonly entraTenants: readonly string[] | undefined;
  readonly graphUrl: string;
  readonly introspection: boolean;
  readonly introspectionClients: readonly string[] | undefined;
  readonly mcpResource: readonly string[] | undefined;
  readonly mcpScopes: readonly string[] | undefined;
  readonly trustedOrigins: readonly string[] | undefined;
  readonly allowInsecureLoopback: boolean;
}

const NAMES = {
  issuer: '"issuer" (variable OIDC_ISSUER)',
  clientId: '"clientId" (variable OIDC_CLIENT_ID)',
  clientSecret: '"clientSecret" (variable OIDC_CLIENT_SECRET)',
  privateKeyJwk: '"privateKeyJwk" (variable OIDC_PRIVATE_KEY_JWK)',
  clientAuth: '"clientAuth" (variable OIDC_CLIENT_AUTH)',
  recipe: '"recipe" (variable OIDC_RECIPE)',
  audience: '"audience" (variable OIDC_AUDIENCE)',
  audienceClaim: '"audienceClaim" (variable OIDC_AUDIENCE_CLAIM)',
  rolesClaim: '"rolesClaim" (variable OIDC_ROLES_CLAIM)',
  rolesFormat: '"rolesFormat" (variable OIDC_ROLES_FORMAT)',
  rolesOrgClaim: '"rolesOrgClaim" (variable OIDC_ROLES_ORG_CLAIM)',
  scopes: '"scopes" (variable OIDC_SCOPES)',
  machineClaim: '"machineClaim" (variable OIDC_MACHINE_CLAIM)',
  machineValue: '"machineValue" (variable OIDC_MACHINE_VALUE)',
  tenant: '"tenant" (variable OIDC_TENANT)',
  orgClaim: '"orgClaim" (variable OIDC_ORG_CLAIM)',
  orgSlugClaim: '"orgSlugClaim" (variable OIDC_ORG_SLUG_CLAIM)',
  orgNameClaim: '"orgNameClaim" (variable OIDC_ORG_NAME_CLAIM)',
  orgMap: '"orgMap" (variable OIDC_ORG_MAP)',
  orgUnknown: '"orgUnknown" (variable OIDC_ORG_UNKNOWN)',
  orgsClaim: '"orgsClaim" (variable OIDC_ORGS_CLAIM)',
  orgParam: '"orgParam" (variable OIDC_ORG_PARAM)',
  orgScope: '"orgScope" (variable OIDC_ORG_SCOPE)',
  entraTenants: '"entraTenants" (variable OIDC_ENTRA_TENANTS)',
  graphUrl: '"graphUrl" (variable OIDC_GRAPH_URL)',
  introspection: '"introspection" (variable OIDC_INTROSPECTION)',
  introspectionClients: '"introspectionClients" (variable OIDC_INTROSPECTION_CLIENTS)',
  mcpResource: '"mcpResource" (variable OIDC_MCP_RESOURCE)',
  mcpScopes: '"mcpScopes" (variable OIDC_MCP_SCOPES)',
  trustedOrigins: '"trustedOrigins" (variable OIDC_TRUSTED_ORIGINS)',
  allowInsecureLoopback: '"allowInsecureLoopback" (variable OIDC_ALLOW_INSECURE_LOOPBACK)',
} as const satisfies Record<keyof CheckedOptions, string>;

type Name = keyof CheckedOptions;

/** Which option means nothing without which other one. */
const NEEDS: readonly (readonly [Name, Name])[] = [
  ["clientId", "issuer"],
  ["issuer", "clientId"],
  ["clientSecret", "issuer"],
  ["privateKeyJwk", "issuer"],
  ["tenant", "issuer"],
  ["orgClaim", "issuer"],
  ["introspection", "issuer"],
  ["introspectionClients", "introspection"],
  ["mcpResource", "issuer"],
  ["mcpScopes", "mcpResource"],
  ["machineValue", "machineClaim"],
  ["orgSlugClaim", "orgClaim"],
  ["orgNameClaim", "orgClaim"],
  ["orgMap", "orgClaim"],
  ["orgsClaim", "orgClaim"],
  ["orgParam", "orgClaim"],
  ["orgScope", "orgClaim"],
  ["entraTenants", "issuer"],
];

/** What is wrong about options that are each right: one text for each problem. */
export function problemsBetween(options: CheckedOptions): readonly string[] {
  const { issuer, clientId, orgMap, tenant, orgClaim, mcpResource = [] } = options;
  const { audience, entraTenants: listed } = options;
  const problems = NEEDS.filter(
    ([name, needed]) => isSet(options[name]) && !isSet(options[needed]),
  ).map(([name, needed]) => `option ${NAMES[name]} needs ${NAMES[needed]}`);
  const refuse = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(`option ${problem}`);
  };
  for (const problem of problemsOfClaims(options, clientId)) refuse(true, problem);
  // A token would otherwise be for both doors, and one that is opens neither.
  refuse(
    (audience ?? []).some((one) => matchesResource(mcpResource, one)),
    `${NAMES.audience} must not contain what ${NAMES.mcpResource} names`,
  );
  refuse(
    clientId !== undefined && matchesResource(mcpResource, clientId),
    `${NAMES.mcpResource} must not contain ${NAMES.clientId}`,
  );
  refuse(
    listed !== undefined && options.recipe !== "entra",
    `${NAMES.entraTenants} needs ${NAMES.recipe} set to entra`,
  );
  refuse(
    issuer !== undefined && options.recipe === "entra" && entraTenants(issuer, listed) === null,
    `${NAMES.issuer} must be that of one Entra ID tenant, or of organizations or common with a list in ${NAMES.entraTenants}`,
  );
  refuse(
    mcpResource.length > 0 &&
      issuer !== undefined &&
      options.recipe === "entra" &&
      entraTenants(issuer, listed)?.isShared === true,
    // MCP clients compare an authorization server's metadata with its address (RFC 8414 §3.3).
    `${NAMES.mcpResource} needs an ${NAMES.issuer} of one Entra ID tenant`,
  );
  refuse(!options.scopes.includes("openid"), `${NAMES.scopes} must contain openid`);
  refuse(
    isSet(tenant) && isSet(orgClaim),
    `${NAMES.tenant} and ${NAMES.orgClaim} exclude each other`,
  );
  refuse(
    isSet(orgClaim) && !isSet(orgMap) && options.orgUnknown === "refuse",
    `${NAMES.orgClaim} needs ${NAMES.orgMap}, or ${NAMES.orgUnknown} set to provision`,
  );
  const slugs = Object.values(orgMap ?? {});
  refuse(new Set(slugs).size !== slugs.length, `${NAMES.orgMap} names one tenant twice`);
  const urls = [issuer ?? "", options.graphUrl, ...(options.trustedOrigins ?? [])];
  refuse(
    urls.some((url) => url.startsWith("http:")) && !options.allowInsecureLoopback,
    `${NAMES.issuer}, ${NAMES.trustedOrigins} or ${NAMES.graphUrl} is plain http: for development on this machine set ${NAMES.allowInsecureLoopback}`,
  );
  const missing = missingForClientAuth(options);
  if (missing !== null) refuse(true, `${NAMES.clientAuth} needs ${NAMES[missing]}`);
  return problems;
}

/** The same about how one issuer's claims are read, in the environment or in a connection. */
export function problemsOfClaims(
  options: Pick<
    CheckedOptions,
    "audience" | "audienceClaim" | "rolesClaim" | "rolesFormat" | "rolesOrgClaim"
  >,
  clientId: string | undefined,
): readonly string[] {
  const { audience, audienceClaim, rolesClaim, rolesFormat, rolesOrgClaim } = options;
  const problems: string[] = [];
  // SECURITY: with the client id as API audience every ID token would be a key to the API.
  if (clientId !== undefined && audienceClaim === "aud" && audience?.includes(clientId) === true) {
    problems.push(`${NAMES.audience} must not contain ${NAMES.clientId}`);
  }
  if (rolesFormat !== "list" && (rolesClaim === undefined || rolesOrgClaim === undefined)) {
    problems.push(`${NAMES.rolesFormat} needs ${NAMES.rolesClaim} and ${NAMES.rolesOrgClaim}`);
  }
  return problems;
}

/** The secret that the chosen client authentication lacks, or null. */
export function missingForClientAuth(
  options: Pick<CheckedOptions, "clientAuth" | "clientSecret" | "privateKeyJwk">,
): "clientSecret" | "privateKeyJwk" | null {
  const { clientAuth = "" } = options;
  if (clientAuth.startsWith("client_secret_")) return options.clientSecret ? null : "clientSecret";
  if (clientAuth === "private_key_jwt") return options.privateKeyJwk ? null : "privateKeyJwk";
  return null;
}

/** A flag that is off asks for nothing. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false;
}
