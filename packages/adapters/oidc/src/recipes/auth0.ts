import type { Recipe } from "./recipe.ts";

/** Auth0. */
export const auth0: Recipe = {
  title: "Auth0",
  issuer: "`https://<domain>/`, with the slash",
  settings: {
    accessTokenTyp: "at+jwt",
    scopes: ["openid", "email", "profile", "offline_access"],
    permissionsClaim: ["permissions"],
    orgClaim: ["org_id"],
    orgSlugClaim: ["org_name"],
    orgParam: "organization",
  },
  notes: [
    "Set the app to require organizations (`organization_usage: require`). `OIDC_ORG_MAP` names them by id; without the map `OIDC_ORG_UNKNOWN=provision` makes every organization of the Auth0 tenant a tenant.",
    "For APIs choose the RFC 9068 profile with RBAC (`token_dialect: rfc9068_profile_authz`). For the default profile set `OIDC_ACCESS_TOKEN_TYP=lenient`.",
    "`permissions` are those of the person's roles in the organization. Role names are in no token of Auth0's own: an Action may add a namespaced claim for `OIDC_ROLES_CLAIM`.",
    "A machine's token has `<client id>@clients` as `sub`.",
  ],
  sources: [
    "https://auth0.com/docs/manage-users/organizations/using-tokens",
    "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
    "https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis",
  ],
};
