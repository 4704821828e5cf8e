import {
  choice,
  claimPath,
  defineSettings,
  flag,
  isBareUrl,
  jsonObject,
  list,
  mapping,
  setting,
  text,
  type OptionsOf,
  type ValuesOf,
} from "@tenantry/core/config";
import { problemsBetween } from "./options-rules.ts";
import { isPrivateJwk, PRIVATE_JWK } from "./private-key.ts";

/** Whether a text can be an issuer identifier (OpenID Connect Discovery 1.0 §2). */
export const isIssuer = (value: string): boolean =>
  // A full metadata address would switch the issuer comparison off: nothing is left to compare it with.
  isBareUrl(value) && !value.includes("/.well-known/");
const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;
const isSlug = (value: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value);

/** How tokens and claims of one issuer are to be read: in the environment, and in a connection's settings. */
const shared = {
  clientAuth: setting({
    env: "OIDC_CLIENT_AUTH",
    value: choice(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]),
    description:
      "How this app proves itself at the token endpoint. Default: what the metadata offers, in the order private_key_jwt (with a key), basic, post.",
    example: "client_secret_basic",
  }),
  audience: setting({
    env: "OIDC_AUDIENCE",
    value: list("audiences separated by commas"),
    description:
      "What bearer tokens must name in `aud` to be meant for this API. Without it no bearer token is accepted. Never the client id: ID tokens name that.",
    example: "https://api.example.com",
  }),
  accessTokenTyp: setting({
    env: "OIDC_ACCESS_TOKEN_TYP",
    value: choice(["at+jwt", "lenient"]),
    description:
      "`at+jwt` accepts RFC 9068 access tokens only. `lenient` is for providers whose access tokens do not say what they are; ID tokens are then told apart by their claims.",
    default: "at+jwt",
  }),
  accessTokenRoles: setting({
    env: "OIDC_ACCESS_TOKEN_ROLES",
    value: choice(["token", "directory"]),
    description:
      "Where a bearer token's roles come from. `directory` for providers that put roles into ID tokens only: then what the last sign-in attested counts.",
    default: "token",
  }),
  scopes: setting({
    env: "OIDC_SCOPES",
    value: list("scopes separated by spaces", {
      separator: " ",
      accepts: (scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope),
    }),
    description: "What sign-in asks for. Add `offline_access` where refresh needs it.",
    default: ["openid", "email", "profile"],
  }),
  prompt: setting({
    env: "OIDC_PROMPT",
    value: text("a prompt value such as consent", (value) => /^[a-z_]+( [a-z_]+)*$/.test(value)),
    description:
      "`prompt` parameter of sign-in. Some providers give a refresh token only with `consent`.",
    example: "consent",
  }),
  rolesClaim: setting({
    env: "OIDC_ROLES_CLAIM",
    value: claimPath(),
    description:
      "Claim with the person's roles in the organization, a text or a list. A token without it then has no roles.",
    example: "roles",
  }),
  groupsClaim: setting({
    env: "OIDC_GROUPS_CLAIM",
    value: claimPath(),
    description:
      "Claim with groups, which count as roles too. When the provider left them out for their number, roles are unknown.",
    example: "groups",
  }),
  permissionsClaim: setting({
    env: "OIDC_PERMISSIONS_CLAIM",
    value: claimPath(),
    description: "Claim with permissions, a text or a list.",
    example: "permissions",
  }),
  scopesBound: setting({
    env: "OIDC_SCOPES_BOUND",
    value: choice(["permissions", "none"]),
    description:
      "`permissions`: a bearer token may do only what its scopes name. `none`: its scopes are not about this app's permissions.",
    default: "permissions",
  }),
  machineClaim: setting({
    env: "OIDC_MACHINE_CLAIM",
    value: claimPath(),
    description:
      "Claim that marks a machine's token, besides the rule that its `sub` is its client id.",
    example: "gty",
  }),
  machineValue: setting({
    env: "OIDC_MACHINE_VALUE",
    value: text(),
    description: "What that claim must be. Without it, its presence decides.",
    example: "client-credentials",
  }),
  userinfo: setting({
    env: "OIDC_USERINFO",
    value: flag(),
    description:
      "Ask the userinfo endpoint for name and e-mail address when the ID token has no address. Never for organization or roles.",
    default: true,
  }),
};

/** The settings of `@tenantry/oidc`. */
export const settings = defineSettings({
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
    ...shared,
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

/** Settings that a customer's own connection may carry, as JSON in the store. */
export const connectionSettings = defineSettings({ title: "OIDC connection", settings: shared });

/** Options of {@link settings} as code gives them. */
export type OidcOptions = OptionsOf<typeof settings.definitions>;

/** Options with defaults filled in. */
export type OidcValues = ValuesOf<typeof settings.definitions>;

/** A connection's settings with defaults filled in. */
export type ConnectionValues = ValuesOf<typeof connectionSettings.definitions>;
