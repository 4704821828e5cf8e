import { choice, claimPath, flag, list, setting, text } from "@tenantry/core/config";
import { RECIPE_NAMES } from "./recipes/recipes.ts";

/** How tokens and claims of one issuer are to be read: in the environment, and in a connection's settings. */
export const sharedSettings = {
  recipe: setting({
    env: "OIDC_RECIPE",
    value: choice(RECIPE_NAMES),
    description:
      "How the tokens of a well-known provider are to be read: defaults for the options below. What is set besides it wins.",
    example: "keycloak",
  }),
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
  audienceClaim: setting({
    env: "OIDC_AUDIENCE_CLAIM",
    value: choice(["aud", "client_id"]),
    description:
      "`client_id` for a provider whose access tokens have no `aud` (Amazon Cognito): `audience` then lists the clients whose tokens count.",
    default: "aud",
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
  pushedRequests: setting({
    env: "OIDC_PUSHED_REQUESTS",
    value: choice(["offered", "required", "off"]),
    description:
      "Whether sign-in sends its request by the back channel (RFC 9126): where the issuer offers it, always, or never. One that fails is never sent by the browser instead.",
    default: "offered",
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
  rolesFormat: setting({
    env: "OIDC_ROLES_FORMAT",
    value: choice(["list", "organizations-by-role", "organization:role"]),
    description:
      "How that claim lists roles: plainly, as an object with the organizations of each role (Zitadel), or with the organization in front (Logto). In the last two only roles in the token's own organization count.",
    default: "list",
  }),
  rolesOrgClaim: setting({
    env: "OIDC_ROLES_ORG_CLAIM",
    value: claimPath(),
    description: "Claim with that organization. Needed where roles are not a plain list.",
    example: "organization_id",
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
