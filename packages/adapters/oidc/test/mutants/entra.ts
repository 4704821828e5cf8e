import type { Mutant } from "../../../../../scripts/mutants/mutant.ts";

const SRC = "packages/adapters/oidc/src";
const TEST = "packages/adapters/oidc/test";

const killer = (test: string, file = "entra.test.ts") => ({
  project: "oidc",
  file: `${TEST}/${file}`,
  test,
});
const groups = (test: string) => killer(test, "entra-groups.test.ts");

/** Defects of multi-tenant Entra ID. */
export const mutants: readonly Mutant[] = [
  {
    id: "oidc-entra-any-tenant",
    row: 7,
    guards: "Only listed Entra ID tenants exist; an issuer that looks like one is nobody's.",
    file: `${SRC}/entra/tenants.ts`,
    find: "return tenants.ids.find((id) => entraIssuersOf(tenants, id).includes(issuer));",
    replace:
      "return issuer.split('/').find((part) => TENANT.test(part) && entraIssuersOf(tenants, part).includes(issuer));",
    killedBy: [
      killer("refuses people of a tenant that is not listed"),
      killer("of a tenant that is not listed are unknown"),
    ],
  },
  {
    id: "oidc-entra-list-optional",
    row: 7,
    guards: "The address that all Entra ID tenants share needs a list of tenants.",
    file: `${SRC}/entra/tenants.ts`,
    find: "if (!SHARED.includes(place) || listed === undefined || listed.length === 0) return null;",
    replace: "if (!SHARED.includes(place)) return null;\n  listed ??= [];",
    killedBy: [
      killer("with a shared address without a list stop the start"),
      killer("cannot be the address organizations of all"),
    ],
  },
  {
    id: "oidc-entra-template-for-anybody",
    row: 7,
    guards: "Metadata that many tenants share is for a registration that lists them, and no other.",
    file: `${SRC}/client.ts`,
    find: "if (metadata.issuer === issuer || entra?.isShared === true) return metadata;",
    replace: "if (metadata.issuer !== issuer || entra?.isShared !== true) return metadata;",
    killedBy: [killer("the address organizations of all is nobody's")],
  },
  {
    id: "oidc-entra-personal-accounts",
    row: 7,
    guards: "Everybody's personal accounts are no tenant.",
    file: `${SRC}/entra/tenants.ts`,
    find: "return TENANT.test(text) && text !== PERSONAL_ACCOUNTS;",
    replace: 'return TENANT.test(text) && PERSONAL_ACCOUNTS !== "";',
    killedBy: [killer("with everybody's personal accounts stop the start")],
  },
  {
    id: "oidc-entra-tid-unchecked",
    row: 5,
    guards: "The tenant that a token names is the one whose issuer signed it.",
    file: `${SRC}/entra/claims.ts`,
    find: 'if (entraTenantOf(tenants, iss) !== tid) return reject("issuer_unknown");',
    replace: 'if (entraTenantOf(tenants, iss) === undefined) return reject("issuer_unknown");',
    killedBy: [
      killer("refuses an ID token when tid is of another listed tenant"),
      killer("that name another tenant than their issuer's are refused"),
    ],
  },
  {
    id: "oidc-entra-subject-of-one-app",
    row: 33,
    guards: "A person of Entra ID is the object in the tenant, the same for every app.",
    file: `${SRC}/entra/claims.ts`,
    find: "{ iss, tid, oid }: Claims,",
    replace: "{ iss, tid, sub: oid }: Claims,",
    killedBy: [
      killer("signs in people of a listed tenant, as that tenant's"),
      killer("are the same person's under the same issuer"),
    ],
  },
  {
    id: "oidc-entra-issuer-by-version",
    row: 33,
    guards: "Both versions of an Entra ID person's tokens are that one person's.",
    file: `${SRC}/entra/claims.ts`,
    find: "return { issuer: entraIssuer(tenants, tid), subject: oid };",
    replace: "return { issuer: iss, subject: oid };",
    killedBy: [
      killer("are the same person's under the same issuer"),
      killer("never makes two people one"),
    ],
  },
  {
    id: "oidc-entra-email-verified",
    row: 33,
    guards: "An Entra ID address is verified only if the tenant owns its domain.",
    file: `${SRC}/identity.ts`,
    find: "  if (entra !== undefined) return entraEmail(claims);",
    replace: "",
    killedBy: [killer("counts as verified only if the tenant owns its domain")],
  },
  {
    id: "oidc-entra-edov-truthy",
    row: 33,
    guards: "Domain ownership is attested by the boolean only.",
    file: `${SRC}/entra/claims.ts`,
    find: "verified: isDomainOwned === true",
    replace: "verified: Boolean(isDomainOwned)",
    killedBy: [killer("counts as verified only if the tenant owns its domain")],
  },
  {
    id: "oidc-entra-shared-nonce",
    row: 38,
    guards: "At the shared address too the ID token must be of this very flow.",
    file: `${SRC}/login.ts`,
    find: '    if (wrong !== null) return { kind: "refused", reason: wrong };',
    replace:
      '    if (wrong === "reauthentication_not_attested") return { kind: "refused", reason: wrong };',
    killedBy: [killer("refuses an ID token when it is of another flow")],
  },
  {
    id: "oidc-entra-unmarked-token",
    row: 12,
    guards: "A token that says neither that it is a person's nor an app's opens nothing.",
    file: `${SRC}/tokens.ts`,
    find: '  if (registration.entra !== undefined && entraTokenKind(claims) === null) return "other";',
    replace: "",
    killedBy: [killer("that say of nobody what they are for are refused")],
  },
  {
    id: "oidc-entra-row-takes-listed-tenant",
    row: 5,
    guards: "A customer's connection cannot claim a tenant that the options list.",
    file: `${SRC}/connections.ts`,
    find: "return registration.issuer === issuer || issuersOf(registration).includes(issuer);",
    replace: "return registration.issuer === issuer;",
    killedBy: [killer("cannot be a tenant that the options list")],
  },
  {
    id: "oidc-graph-failure-is-no-groups",
    row: 24,
    guards: "Groups that Microsoft Graph does not tell are unknown, and nobody gets in.",
    file: `${SRC}/entra/groups.ts`,
    find: '    return reject("provider_unavailable", retryAfterSeconds);\n  }\n  const answer',
    replace: "    return ok([]);\n  }\n  const answer",
    killedBy: [
      groups("when Graph answers that it is asked too often"),
      groups("when Graph refuses the app"),
      groups("when Graph does not know the person"),
    ],
  },
  {
    id: "oidc-graph-odd-list",
    row: 24,
    guards: "An answer of Microsoft Graph that is no list of groups is no answer.",
    file: `${SRC}/entra/groups.ts`,
    find: 'return isList ? ok(value) : reject("provider_unavailable");',
    replace: "return ok(Array.isArray(value) ? value.filter(isText) : isList ? value : []);",
    killedBy: [
      groups("when Graph answers without a list"),
      groups("when Graph answers with something else in the list"),
    ],
  },
  {
    id: "oidc-graph-not-asked",
    row: 24,
    guards: "Groups that were too many for a token are asked of Microsoft Graph.",
    file: `${SRC}/entra/groups.ts`,
    find: "if (!areGroupsLeftOut(claims, rules)) return ok({});",
    replace: "if (!areGroupsLeftOut({}, rules)) return ok({});",
    killedBy: [groups("are asked of Microsoft Graph"), groups("at sign-in neither")],
  },
  {
    id: "oidc-graph-token-of-another-tenant",
    row: 5,
    guards: "Microsoft Graph is asked with a token of the person's own tenant.",
    file: `${SRC}/entra/app-tokens.ts`,
    find: "return JSON.stringify([issuer, clientId, connection?.id]);",
    replace: "return JSON.stringify([issuer.length, clientId, connection?.id]);",
    killedBy: [groups("are asked with a token of the person's own tenant")],
  },
];
