import type { Recipe } from "./recipe.ts";

/** Google Workspace. */
export const google: Recipe = {
  title: "Google Workspace",
  issuer: "`https://accounts.google.com`",
  settings: {
    orgClaim: ["hd"],
    orgNameClaim: ["hd"],
    accessTokenRoles: "directory",
  },
  notes: [
    "`hd` is the Workspace domain; `OIDC_ORG_MAP=acme.example=acme` says which are tenants. Personal accounts have none, and no tenant. Everybody signs in at one issuer, so `OIDC_ORG_UNKNOWN=provision` lets any Workspace customer in.",
    "Tokens have neither roles nor groups: give roles in your own directory.",
    "Access tokens are opaque and for Google's own APIs. `OIDC_AUDIENCE` stays empty.",
  ],
  sources: [
    "https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload",
    "https://developers.google.com/identity/openid-connect/reference",
  ],
};
