import type { Recipe } from "./recipe.ts";

/** PingFederate. */
export const pingfederate: Recipe = {
  title: "PingFederate",
  issuer: "`https://<host>`, as the server's base URL or virtual issuer says",
  settings: {
    accessTokenTyp: "lenient",
    groupsClaim: ["memberOf"],
  },
  notes: [
    "A server is one company: set `OIDC_TENANT`, or enter it as that customer's own connection.",
    "The attribute contract of the OpenID Connect policy decides the names of all claims. Fulfil `memberOf` there and deliver it in the ID token, because userinfo gives no roles here; or set `OIDC_GROUPS_CLAIM` to your name for it.",
    "For bearer tokens use a JSON access token manager with an audience (`OIDC_AUDIENCE`), an issuer equal to the server's, a key set published there, and `scope` and `client_id` in the token. With the type header `at+jwt` set `OIDC_ACCESS_TOKEN_TYP=at+jwt`.",
    "A client's own token has no `sub` unless its contract fulfils it: map the client id to `sub`.",
  ],
  sources: [
    "https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_configuring_policy_id_token_settings.html",
    "https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_access_token_management.html",
  ],
};
