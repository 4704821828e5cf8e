import type { Recipe } from "./recipe.ts";

/** Logto. */
export const logto: Recipe = {
  title: "Logto",
  issuer: "`https://<tenant>.logto.app/oidc`",
  settings: {
    accessTokenTyp: "at+jwt",
    accessTokenRoles: "directory",
    scopes: [
      "openid",
      "email",
      "profile",
      "offline_access",
      "urn:logto:scope:organizations",
      "urn:logto:scope:organization_roles",
    ],
    // Without a consent screen there is no refresh token.
    prompt: "consent",
    orgClaim: ["organization_id"],
    orgsClaim: ["organizations"],
    rolesClaim: ["organization_roles"],
    rolesFormat: "organization:role",
    rolesOrgClaim: ["organization_id"],
  },
  notes: [
    "An ID token lists a person's organizations and their roles in each. Whoever belongs to one is signed in there; whoever belongs to several signs in without a tenant and then chooses (`/auth/switch`).",
    "For an API ask for a token with the API as `resource` (`OIDC_AUDIENCE`) and an `organization_id`: it stands for that organization, its scopes are the person's permissions there, and roles are those that the last sign-in attested.",
    "Organization tokens without an API (`urn:logto:organization:<id>` as audience) open nothing.",
    "A machine's token has its client id as `sub` and names no roles, so it may do nothing. Use this app's own API keys for machines.",
  ],
  sources: [
    "https://docs.logto.io/authorization/organization-level-api-resources",
    "https://docs.logto.io/authorization/organization-permissions",
    "https://docs.logto.io/end-user-flows/organization-experience/get-user-info",
  ],
};
