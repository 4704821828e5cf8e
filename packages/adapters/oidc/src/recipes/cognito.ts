import type { Recipe } from "./recipe.ts";

/** Amazon Cognito user pools. */
export const cognito: Recipe = {
  title: "Amazon Cognito",
  issuer: "`https://cognito-idp.<region>.amazonaws.com/<pool id>`",
  settings: {
    audienceClaim: "client_id",
    accessTokenTyp: "lenient",
    groupsClaim: ["cognito:groups"],
  },
  notes: [
    "A pool is one tenant (`OIDC_TENANT`). With a custom attribute per customer in all tokens (a pre token generation trigger) set `OIDC_ORG_CLAIM`; the attribute must not be writable by the person.",
    "Access tokens have `client_id` and no `aud`: `OIDC_AUDIENCE` lists the app clients whose tokens count, and may name this app's own. ID tokens (`token_use` is `id`) open nothing. A mount with a `resource` of its own is opened by none of them.",
    "Groups are roles.",
    "An app client's own token has its client id as `sub`, and is a machine's.",
    "Cognito refuses the scope `offline_access`, and renews without it.",
  ],
  sources: [
    "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
  ],
};
