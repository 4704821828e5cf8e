import {
  choice,
  defineSettings,
  flag,
  isBareUrl,
  list,
  setting,
  text,
  type OptionsOf,
  type ValuesOf,
} from "@tenantry/core/config";
import { problemsBetween } from "./options-rules.ts";
import { hostOfKey } from "./publishable-key.ts";

const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;
const isName = (value: string): boolean => /^[A-Za-z][\w:-]{0,127}$/.test(value);

/** The settings of `@tenantry/clerk`. */
export const settings = defineSettings({
  title: "Clerk (@tenantry/clerk)",
  prefix: "CLERK_",
  // https://clerk.com/docs/guides/development/clerk-environment-variables
  foreign: [
    "CLERK_API_VERSION",
    "CLERK_DOMAIN",
    "CLERK_ENCRYPTION_KEY",
    "CLERK_IS_SATELLITE",
    "CLERK_JS_URL",
    "CLERK_JS_VERSION",
    "CLERK_JWT_KEY",
    "CLERK_PROXY_URL",
    "CLERK_SIGN_IN_FALLBACK_REDIRECT_URL",
    "CLERK_SIGN_IN_FORCE_REDIRECT_URL",
    "CLERK_SIGN_IN_URL",
    "CLERK_SIGN_UP_FALLBACK_REDIRECT_URL",
    "CLERK_SIGN_UP_FORCE_REDIRECT_URL",
    "CLERK_SIGN_UP_URL",
    "CLERK_TELEMETRY_DEBUG",
    "CLERK_TELEMETRY_DISABLED",
  ],
  settings: {
    secretKey: setting({
      env: "CLERK_SECRET_KEY",
      value: text("a Clerk secret key (sk_…)", (value) => /^sk_(?:test|live)_\S+$/.test(value)),
      description: "The instance's secret key. Nobody can sign in here with it.",
      example: "",
      secret: true,
      required: true,
    }),
    publishableKey: setting({
      env: "CLERK_PUBLISHABLE_KEY",
      value: text("a Clerk publishable key (pk_…)", (value) => hostOfKey(value) !== null),
      description: "The instance's publishable key. It names the Frontend API.",
      example: "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
      required: true,
    }),
    apiUrl: setting({
      env: "CLERK_API_URL",
      value: text("an https origin without a path", isOrigin),
      description: "Where the Backend API is: Clerk itself, or an emulator.",
      default: "https://api.clerk.com",
    }),
    frontendApiUrl: setting({
      env: "CLERK_FRONTEND_API_URL",
      value: text("an https origin without a path", isOrigin),
      description:
        "The Frontend API, which tokens name as issuer and ids are linked under. Default: the host in the publishable key.",
      example: "https://clerk.example.com",
    }),
    oauthClientId: setting({
      env: "CLERK_OAUTH_CLIENT_ID",
      value: text(),
      description:
        "Client ID of the OAuth application that sign-in uses. Missing: only sessions of Clerk's own front end.",
      example: "aBcDeFgHiJkLmNoP",
    }),
    oauthClientSecret: setting({
      env: "CLERK_OAUTH_CLIENT_SECRET",
      value: text(),
      description: "Its client secret.",
      example: "",
      secret: true,
    }),
    scopes: setting({
      env: "CLERK_SCOPES",
      value: list("scopes separated by spaces", {
        separator: " ",
        accepts: (scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope),
      }),
      description:
        "What sign-in asks for. Without `user:org:read` nobody has an organization, without `offline_access` sessions are not renewed.",
      default: ["openid", "profile", "email", "user:org:read", "offline_access"],
    }),
    frontEnd: setting({
      env: "CLERK_FRONT_END",
      value: flag(),
      description:
        "Accept the `__session` cookie of Clerk's own front end, and renew it on pages by a handshake.",
      default: false,
    }),
    authorizedParties: setting({
      env: "CLERK_AUTHORIZED_PARTIES",
      value: list("exact origins separated by commas", { accepts: isOrigin }),
      description:
        "Origins whose pages may have obtained a session token (`azp`). Without it no session token is accepted.",
      example: "https://app.example.com",
    }),
    missingParty: setting({
      env: "CLERK_MISSING_PARTY",
      value: choice(["reject", "accept"]),
      description:
        "What a session token without `azp` means: Clerk leaves it out when a page load made the token, https://github.com/clerk/javascript/issues/8231. With `reject` expired pages are not renewed by a handshake, whose tokens have none; the front end renews them itself. `accept` if no other app shares the instance.",
      default: "reject",
    }),
    accessClients: setting({
      env: "CLERK_ACCESS_CLIENTS",
      value: list("client IDs separated by commas"),
      description:
        "OAuth applications whose access tokens are for this API. Clerk's tokens name no audience, so the client decides. Default: the sign-in application.",
      example: "aBcDeFgHiJkLmNoP",
    }),
    mcpClients: setting({
      env: "CLERK_MCP_CLIENTS",
      value: list("client IDs separated by commas"),
      description: "OAuth clients whose access tokens are for MCP mounts.",
      example: "qRsTuVwXyZaBcDeF",
    }),
    mcpScope: setting({
      env: "CLERK_MCP_SCOPE",
      value: text("a scope", isName),
      description:
        "A custom scope that makes an access token one for MCP mounts, for clients that register themselves. Assign it to no other application.",
      example: "mcp:use",
    }),
    audience: setting({
      env: "CLERK_AUDIENCE",
      value: list("audiences separated by commas"),
      description:
        "This app's own resources: what machine and access tokens must name in `aud` if they name an audience, and the mounts at which those without one count.",
      example: "https://api.example.com",
    }),
    machineId: setting({
      env: "CLERK_MACHINE_ID",
      value: text("a Clerk machine ID (mch_…)", (value) => /^mch_\w+$/.test(value)),
      description:
        "This API as a machine of the instance: machine tokens must have been made for it. Without it the token of any machine counts whose tenant is known.",
      example: "mch_2xhFjEI5X2qWRvtV13BzSj8H6Dk",
    }),
    machineSecretKey: setting({
      env: "CLERK_MACHINE_SECRET_KEY",
      value: text("a Clerk machine secret key (ak_…)", (value) => /^ak_\w+$/.test(value)),
      description:
        "This API's secret as a machine: Clerk then confirms only those opaque machine tokens (mt_…) that were made for it. Missing: the instance's secret key asks, and `machineId` is compared here.",
      example: "",
      secret: true,
    }),
    machineOrgClaim: setting({
      env: "CLERK_MACHINE_ORG_CLAIM",
      value: text("a claim name", isName),
      description:
        "Custom claim of machine tokens with the id of an organization. Whoever holds a machine's secret writes it, so only for machines that you run yourself. Default: machines are registered here.",
      example: "org_id",
    }),
    machineRolesClaim: setting({
      env: "CLERK_MACHINE_ROLES_CLAIM",
      value: text("a claim name", isName),
      description:
        "Custom claim of machine tokens and API keys with a list of roles. Written likewise.",
      example: "roles",
    }),
    webhookSecret: setting({
      env: "CLERK_WEBHOOK_SIGNING_SECRET",
      value: list("webhook signing secrets (whsec_…) separated by commas", {
        accepts: (secret) => secret.startsWith("whsec_"),
      }),
      description:
        "Signing secrets of the webhook endpoint; two while one is being changed. Missing: no webhooks.",
      example: "",
      secret: true,
    }),
    allowInsecureLoopback: setting({
      env: "CLERK_ALLOW_INSECURE_LOOPBACK",
      value: flag(),
      description: "For development: Clerk's addresses may be plain http on this machine.",
      default: false,
    }),
    instance: setting({
      env: "CLERK_INSTANCE",
      value: text("lower-case letters, digits and hyphens, at most 63", (value) =>
        /^[a-z0-9][a-z0-9-]{0,62}$/.test(value),
      ),
      description: "Name of this provider in callback addresses and links.",
      default: "clerk",
    }),
  },
  rules: problemsBetween,
});

/** Options of {@link settings} as code gives them. */
export type ClerkOptions = OptionsOf<typeof settings.definitions>;

/** Options with defaults filled in. */
export type ClerkValues = ValuesOf<typeof settings.definitions>;
