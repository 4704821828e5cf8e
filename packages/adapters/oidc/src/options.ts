import {
  choice,
  claimPath,
  defineSettings,
  flag,
  isBareUrl,
  isResourcePattern,
  jsonObject,
  list,
  mapping,
  setting,
  text,
  type OptionsOf,
  type ValuesOf,
} from "@tenantry/core/config";
import { isEntraTenant } from "./entra/tenants.ts";
import { problemsBetween } from "./options-rules.ts";
import { isPrivateJwk, PRIVATE_JWK } from "./private-key.ts";
import { withRecipe } from "./recipes/with-recipe.ts";
import { sharedSettings } from "./shared-settings.ts";

/** Whether a text can be an issuer identifier (OpenID Connect Discovery 1.0 §2). */
export const isIssuer = (value: string): boolean =>
  // A full metadata address would switch the issuer comparison off: nothing is left to compare it with.
  isBareUrl(value) && !value.includes("/.well-known/");
const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;
const isSlug = (value: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value);

const checkedSettings = defineSettings({
  title: "OpenID Connect (@tenantry/oidc)",
  prefix: "OIDC_",
  settings: {
    issuer: setting({
      env: "OIDC_ISSUER",
      value: text("an https issuer without query, fragment or /.well-known/ path", isIssuer),
      description:
        "The provider, exactly as its metadata writes it, slash at the end included. Missing: only customers' own connections.",
      example: "https://login.example.com",
    }),
    clientId: setting({
      env: "OIDC_CLIENT_ID",
      value: text(),
      description: "This app's client id at the issuer.",
      example: "my-app",
    }),
    clientSecret: setting({
      env: "OIDC_CLIENT_SECRET",
      value: text(),
      description: "Its client secret.",
      example: "",
      secret: true,
    }),
    privateKeyJwk: setting({
      env: "OIDC_PRIVATE_KEY_JWK",
      value: jsonObject(PRIVATE_JWK, isPrivateJwk),
      description:
        "Its private key for private_key_jwt, as a JSON Web Key with `alg` and, if the issuer knows several, `kid`.",
      example: "",
      secret: true,
    }),
    ...sharedSettings,
    tenant: setting({
      env: "OIDC_TENANT",
      value: text("lower-case letters, digits and hyphens, at most 63", isSlug),
      description: "Everybody from this issuer belongs to this one tenant, given by its slug.",
      example: "acme",
    }),
    orgClaim: setting({
      env: "OIDC_ORG_CLAIM",
      value: claimPath(),
      description:
        "Claim with the id of the one organization that a token stands for. Several at once are refused.",
      example: "org_id",
    }),
    orgSlugClaim: setting({
      env: "OIDC_ORG_SLUG_CLAIM",
      value: claimPath(),
      description: "Claim with its slug, for new tenants.",
      example: "org_slug",
    }),
    orgNameClaim: setting({
      env: "OIDC_ORG_NAME_CLAIM",
      value: claimPath(),
      description: "Claim with its name, for new tenants.",
      example: "org_name",
    }),
    orgMap: setting({
      env: "OIDC_ORG_MAP",
      value: mapping("pairs such as org_1=acme, slugs on the right, each once", isSlug),
      description: "Which organization is which tenant: `org_1=acme,org_2=birch`.",
      example: "org_1=acme,org_2=birch",
    }),
    orgUnknown: setting({
      env: "OIDC_ORG_UNKNOWN",
      value: choice(["refuse", "provision"]),
      description:
        "What an organization outside the map means: no tenant, or a new one. `provision` lets the issuer create tenants.",
      default: "refuse",
    }),
    orgsClaim: setting({
      env: "OIDC_ORGS_CLAIM",
      value: claimPath(),
      description:
        "ID token claim with all of the person's organizations, a list of `{id, slug, name, roles}`. One that is missing there is no longer theirs.",
      example: "organizations",
    }),
    orgParam: setting({
      env: "OIDC_ORG_PARAM",
      value: text("a parameter name", (value) => /^[A-Za-z0-9_-]{1,64}$/.test(value)),
      description: "Sign-in parameter that names the wanted organization.",
      example: "organization",
    }),
    orgScope: setting({
      env: "OIDC_ORG_SCOPE",
      value: text(
        "a scope with {organization} in it",
        (value) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value) && value.includes("{organization}"),
      ),
      description:
        "Sign-in scope that names the wanted organization, with `{organization}` where its id goes.",
      example: "organization:{organization}",
    }),
    entraTenants: setting({
      env: "OIDC_ENTRA_TENANTS",
      value: list("tenant ids (GUIDs in lower case) separated by commas", {
        accepts: isEntraTenant,
      }),
      description:
        "With the recipe `entra` and the issuer of `organizations` or `common`: the Entra ID tenants whose people may sign in. Nobody else's may.",
      example: "11111111-2222-3333-4444-555555555555",
    }),
    graphUrl: setting({
      env: "OIDC_GRAPH_URL",
      value: text("an https origin", isOrigin),
      description:
        "With the recipe `entra`: where groups are asked for that are too many for a token. National clouds have their own.",
      default: "https://graph.microsoft.com",
    }),
    introspection: setting({
      env: "OIDC_INTROSPECTION",
      value: flag(),
      description: "Ask the issuer about opaque access tokens (RFC 7662).",
      default: false,
    }),
    introspectionClients: setting({
      env: "OIDC_INTROSPECTION_CLIENTS",
      value: list("client ids separated by commas"),
      description:
        "Clients whose opaque tokens count although the issuer names no audience for them.",
      example: "my-spa",
    }),
    mcpResource: setting({
      env: "OIDC_MCP_RESOURCE",
      value: list("addresses separated by commas, in whose path one segment may be {tenant}", {
        accepts: isResourcePattern,
      }),
      description:
        "This app's MCP servers. A person's token that names one in `aud` opens that one and nothing else; without this setting no MCP client's token is accepted.",
      example: "https://api.example.com/mcp",
    }),
    mcpScopes: setting({
      env: "OIDC_MCP_SCOPES",
      value: list("scopes separated by spaces", { separator: " " }),
      description:
        "Scopes that MCP clients must ask for so that their token names an organization, such as Keycloak's `organization`.",
      example: "organization",
    }),
    trustedOrigins: setting({
      env: "OIDC_TRUSTED_ORIGINS",
      value: list("exact origins separated by commas", { accepts: isOrigin }),
      description:
        "Origins inside your own network that may be asked although their address is private. The issuer's own origin is one already.",
      example: "https://keys.corp.example",
    }),
    allowInsecureLoopback: setting({
      env: "OIDC_ALLOW_INSECURE_LOOPBACK",
      value: flag(),
      description:
        "For development: an issuer on this machine (localhost, 127.0.0.1) may use plain http.",
      default: false,
    }),
    instance: setting({
      env: "OIDC_INSTANCE",
      value: text("lower-case letters, digits and hyphens, at most 63", isSlug),
      description: "Name of this provider in callback addresses and links.",
      default: "oidc",
    }),
  },
  rules: problemsBetween,
});

/** The settings of `@tenantry/oidc`, with what their recipe gives. */
export const settings = withRecipe(checkedSettings);

/** Settings that a customer's own connection may carry, as JSON in the store. */
export const connectionSettings = withRecipe(
  defineSettings({ title: "OIDC connection", settings: sharedSettings }),
);

/** Options of {@link settings} as code gives them. */
export type OidcOptions = OptionsOf<typeof settings.definitions>;

/** Options with defaults filled in. */
export type OidcValues = ValuesOf<typeof settings.definitions>;

/** A connection's settings with defaults filled in. */
export type ConnectionValues = ValuesOf<typeof connectionSettings.definitions>;
