import type { Recipe } from "./recipe.ts";

/** Keycloak. */
export const keycloak: Recipe = {
  title: "Keycloak",
  issuer: "`https://<host>/realms/<realm>`",
  settings: {
    accessTokenTyp: "lenient",
    scopes: ["openid", "email", "profile", "organization"],
    rolesClaim: ["realm_access", "roles"],
    orgClaim: ["organization"],
    orgScope: "organization:{organization}",
    machineClaim: ["client_id"],
  },
  notes: [
    "With organizations: their aliases are what `OIDC_ORG_MAP` names. A person of several chooses at sign-in, and a token that names several is refused. Without organizations set `OIDC_TENANT`: the realm is the tenant.",
    'Realm roles are the same in all organizations. For roles of a client set `OIDC_ROLES_CLAIM=["resource_access","<client>","roles"]`, and put realm roles into ID tokens too (client scope `roles`, mapper "realm roles", "Add to ID token").',
    "Access tokens name the audience `account` until a client scope has an audience mapper for `OIDC_AUDIENCE`.",
    "Tokens of service accounts are known by the claim `client_id`, which the client scope `service_account` adds.",
  ],
  sources: [
    "https://www.keycloak.org/docs/latest/server_admin/index.html#_mapping_organization_claims",
    "https://www.keycloak.org/docs/latest/server_admin/index.html#audience-support",
    "https://www.keycloak.org/docs/latest/server_admin/index.html#_service_accounts",
  ],
};
