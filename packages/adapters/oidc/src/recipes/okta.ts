import type { Recipe } from "./recipe.ts";

/** Okta Workforce Identity. */
export const okta: Recipe = {
  title: "Okta",
  issuer: "`https://<org>.okta.com` or `https://<org>.okta.com/oauth2/<authorization server>`",
  settings: {
    accessTokenTyp: "lenient",
    groupsClaim: ["groups"],
  },
  notes: [
    "An Okta org is one company: set `OIDC_TENANT`, or enter it as that customer's own connection.",
    "Add a groups claim to the ID token, and to the access token of a custom authorization server. On the org's own server also ask for it: `OIDC_SCOPES=openid email profile groups`.",
    "Access tokens of the org's own server (`https://<org>.okta.com`) are for Okta alone. For an API of yours use a custom authorization server, and its audience as `OIDC_AUDIENCE`.",
    "A service app's token has its client id (`cid`) as `sub`, and is a machine's.",
  ],
  sources: [
    "https://developer.okta.com/docs/concepts/auth-servers/",
    "https://developer.okta.com/docs/guides/customize-tokens-groups-claim/main/",
  ],
};
