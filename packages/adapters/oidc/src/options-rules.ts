/** The options that rules between options look at. */
export interface CheckedOptions {
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly privateKeyJwk: Readonly<Record<string, unknown>> | undefined;
  readonly clientAuth: string | undefined;
  readonly audience: readonly string[] | undefined;
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
  readonly introspection: boolean;
  readonly introspectionClients: readonly string[] | undefined;
  readonly trustedOrigins: readonly string[] | undefined;
  readonly allowInsecureLoopback: boolean;
}

const NAMES = {
  issuer: '"issuer" (variable OIDC_ISSUER)',
  clientId: '"clientId" (variable OIDC_CLIENT_ID)',
  clientSecret: '"clientSecret" (variable OIDC_CLIENT_SECRET)',
  privateKeyJwk: '"privateKeyJwk" (variable OIDC_PRIVATE_KEY_JWK)',
  clientAuth: '"clientAuth" (variable OIDC_CLIENT_AUTH)',
  audience: '"audience" (variable OIDC_AUDIENCE)',
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
  introspection: '"introspection" (variable OIDC_INTROSPECTION)',
  introspectionClients: '"introspectionClients" (variable OIDC_INTROSPECTION_CLIENTS)',
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
  ["machineValue", "machineClaim"],
  ["orgSlugClaim", "orgClaim"],
  ["orgNameClaim", "orgClaim"],
  ["orgMap", "orgClaim"],
  ["orgsClaim", "orgClaim"],
  ["orgParam", "orgClaim"],
];

/** What is wrong about options that are each right: one text for each problem. */
export function problemsBetween(options: CheckedOptions): readonly string[] {
  const { audience, clientId, orgMap, tenant, orgClaim } = options;
  const problems = NEEDS.filter(
    ([name, needed]) => isSet(options[name]) && !isSet(options[needed]),
  ).map(([name, needed]) => `option ${NAMES[name]} needs ${NAMES[needed]}`);
  const refuse = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(`option ${problem}`);
  };
  // SECURITY: with the client id as API audience every ID token would be a key to the API.
  refuse(
    clientId !== undefined && audience?.includes(clientId) === true,
    `${NAMES.audience} must not contain ${NAMES.clientId}`,
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
  const urls = [options.issuer ?? "", ...(options.trustedOrigins ?? [])];
  refuse(
    urls.some((url) => url.startsWith("http:")) && !options.allowInsecureLoopback,
    `${NAMES.issuer} or ${NAMES.trustedOrigins} is plain http: for development on this machine set ${NAMES.allowInsecureLoopback}`,
  );
  const missing = missingForClientAuth(options);
  if (missing !== null) refuse(true, `${NAMES.clientAuth} needs ${NAMES[missing]}`);
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
