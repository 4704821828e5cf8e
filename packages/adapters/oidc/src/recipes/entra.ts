import type { Recipe } from "./recipe.ts";

/** Microsoft Entra ID, formerly Azure Active Directory. */
export const entra: Recipe = {
  title: "Microsoft Entra ID",
  issuer:
    "`https://login.microsoftonline.com/<tenant id>/v2.0`; for several tenants `https://login.microsoftonline.com/organizations/v2.0`",
  settings: {
    accessTokenTyp: "lenient",
    rolesClaim: ["roles"],
    orgClaim: ["tid"],
    // Only listed tenants get as far as that.
    orgUnknown: "provision",
  },
  notes: [
    "A multi-tenant app needs `OIDC_ENTRA_TENANTS` with the ids of the tenants whose people may sign in. Each is turned into its exact issuers, of version 2.0 and 1.0 tokens; there is no wildcard, and personal accounts are not a tenant. `OIDC_ORG_MAP` gives them slugs.",
    "A person is `oid` in `tid`. E-mail addresses identify nobody, and count as verified only with the optional claim `xms_edov`.",
    "Roles are app roles. For groups set `OIDC_GROUPS_CLAIM=groups`: their ids count as roles. Groups that are too many for a token are asked of Microsoft Graph, with the app's own credentials and its application permissions `User.ReadBasic.All` and `GroupMember.Read.All`; only security groups count. Without them such a person's sign-in is unavailable.",
    "Register the API as an app of its own: the audience of version 2.0 tokens is its client id, which must not be the client id that people sign in with.",
    "A bearer token may do only what its `scp` names. `OIDC_SCOPES_BOUND=none` if that is no list of permissions (`access_as_user`). An app's own token has no scopes, and may do what its app roles may.",
    "Renewal needs the scope `offline_access`; asking somebody to sign in afresh needs the optional claim `auth_time` in ID tokens.",
  ],
  sources: [
    "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
    "https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-issuer",
    "https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation",
    "https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference",
    "https://learn.microsoft.com/en-us/graph/api/directoryobject-getmembergroups",
  ],
};
