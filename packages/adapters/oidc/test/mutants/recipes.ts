import type { Mutant } from "../../../../../scripts/mutants/mutant.ts";

const SRC = "packages/adapters/oidc/src";
const TEST = "packages/adapters/oidc/test";

const killer = (test: string, file = "recipes.test.ts") => ({
  project: "oidc",
  file: `${TEST}/${file}`,
  test,
});

/** Defects of reading well-known providers, and of holding many. */
export const mutants: readonly Mutant[] = [
  {
    id: "oidc-zitadel-roles-of-any-organization",
    row: 5,
    guards: "A role that another organization granted is none in this one.",
    file: `${SRC}/roles.ts`,
    find: "if (organization !== undefined && Object.hasOwn(organizations, organization)) roles.push(role);",
    replace: "if (Object.keys(organizations).length > 0) roles.push(role);",
    killedBy: [
      killer("only roles that the account's own organization granted count"),
      killer("in a customer's own connection the same roles count"),
    ],
  },
  {
    id: "oidc-logto-roles-of-any-organization",
    row: 5,
    guards: "A role in one organization is none in another.",
    file: `${SRC}/roles.ts`,
    find: "(name.startsWith(prefix) ? [name.slice(prefix.length)] : [])",
    replace: '[name.slice(name.indexOf(":") + 1)].filter(() => prefix !== "")',
    killedBy: [killer("who belongs to several signs in nowhere until one is wanted")],
  },
  {
    id: "oidc-list-beats-named-organization",
    row: 30,
    guards: "A token that names an organization stands for that one and for no other of its list.",
    file: `${SRC}/memberships.ts`,
    find: "  if (organizationAt(claims, rule.id) !== undefined) return identity;",
    replace: "",
    killedBy: [
      killer("the only listed organization is not taken for one that the token names"),
      killer("wanting another than their token names leads nowhere"),
    ],
  },
  {
    id: "oidc-first-of-listed-organizations",
    row: 30,
    guards: "None of several listed organizations is the one, unless it was asked for.",
    file: `${SRC}/memberships.ts`,
    find: "      ? second === undefined",
    replace: "      ? second === undefined || only !== undefined",
    killedBy: [killer("who belongs to several signs in nowhere until one is wanted")],
  },
  {
    id: "oidc-client-id-as-resource",
    row: 6,
    guards: "A client's id names no resource, even if it is an address.",
    file: `${SRC}/tokens.ts`,
    find: '          if (resource !== undefined && rules.audienceClaim === "client_id") return [];',
    replace: "",
    killedBy: [killer("a client whose id is an address opens no mount of that address")],
  },
  {
    id: "oidc-cognito-any-client",
    row: 6,
    guards: "An access token without `aud` counts only if its client is listed.",
    file: `${SRC}/tokens.ts`,
    find: "        claim: rules.audienceClaim,",
    replace:
      '        claim: rules.audienceClaim === "client_id" ? "token_use" : rules.audienceClaim,',
    killedBy: [killer("an access token has no aud, and counts by its client")],
  },
  {
    id: "oidc-auth0-machine-is-a-person",
    row: 12,
    guards: "A machine of Auth0 is no person.",
    file: `${SRC}/identity.ts`,
    find: "sub === `${client}@clients`",
    replace: "sub === `${client}@machines`",
    killedBy: [killer("a machine's subject is its client id with @clients")],
  },
  {
    id: "oidc-recipe-beats-options",
    guards: "What is set besides a recipe wins over it.",
    file: `${SRC}/recipes/recipes.ts`,
    find: "      (options as Readonly<Record<string, unknown>>)[option] === undefined &&",
    replace: '      option !== "" &&',
    killedBy: [killer("every recipe > gives way to options and to variables")],
  },
  {
    id: "oidc-metadata-unbounded",
    guards: "The metadata of customers' issuers that is held is bounded.",
    file: `${SRC}/discovery.ts`,
    find: "if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);",
    replace:
      "if (entries.size < 0 && capacity > 0 && oldest !== undefined) entries.delete(oldest);",
    killedBy: [
      killer(
        "what is held is bounded, and who was forgotten comes back",
        "many-connections.test.ts",
      ),
    ],
  },
  {
    id: "oidc-metadata-forgets-recent",
    guards: "Who is in use is not forgotten before those who are not.",
    file: `${SRC}/discovery.ts`,
    find: "    entries.delete(issuer); // a map keeps",
    replace: "    // a map keeps",
    killedBy: [
      killer("who is in use is not forgotten before those who are not", "many-connections.test.ts"),
    ],
  },
];
