import type { Recipe } from "./recipe.ts";

const ORGANIZATION = ["urn:zitadel:iam:user:resourceowner:id"];

/** Zitadel. */
export const zitadel: Recipe = {
  title: "Zitadel",
  issuer: "`https://<instance>.zitadel.cloud`",
  settings: {
    accessTokenTyp: "lenient",
    scopes: [
      "openid",
      "email",
      "profile",
      "offline_access",
      "urn:zitadel:iam:user:resourceowner",
      "urn:zitadel:iam:org:projects:roles",
    ],
    orgClaim: ORGANIZATION,
    orgNameClaim: ["urn:zitadel:iam:user:resourceowner:name"],
    orgScope: "urn:zitadel:iam:org:id:{organization}",
    rolesClaim: ["urn:zitadel:iam:org:project:roles"],
    rolesFormat: "organizations-by-role",
    rolesOrgClaim: ORGANIZATION,
  },
  notes: [
    "The organization that owns the account is the tenant; `OIDC_ORG_MAP` names organizations by id.",
    "The claim of roles is an object: each role with the organizations that granted it. Only roles that the account's own organization granted count, so grant projects to customers' organizations and let them authorize their people.",
    'For API tokens choose the access token type JWT, and the project id as `OIDC_AUDIENCE`. Put roles into ID tokens ("User roles inside ID token").',
    "Tokens of service users look like people's. Mark them with a claim of your own and `OIDC_MACHINE_CLAIM`.",
  ],
  sources: [
    "https://zitadel.com/docs/apis/openidoauth/claims",
    "https://zitadel.com/docs/apis/openidoauth/scopes",
    "https://zitadel.com/docs/guides/integrate/retrieve-user-roles",
  ],
};
