import {
  choice,
  defineSettings,
  flag,
  integer,
  isBareUrl,
  isResourcePattern,
  list,
  setting,
  text,
  type OptionsOf,
  type ValuesOf,
} from "@tenantry/core/config";

const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;
const isSlug = (value: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value);
const isCookie = (value: string): boolean => /^[\w-]{1,64}$/.test(value);

/** Identity providers that Stytch's OAuth start page takes. */
export const OAUTH_PROVIDERS = ["google", "microsoft", "slack", "hubspot", "github"] as const;

/** The settings of `@tenantry/stytch`. */
export const settings = defineSettings({
  title: "Stytch B2B (@tenantry/stytch)",
  prefix: "STYTCH_",
  settings: {
    projectId: setting({
      env: "STYTCH_PROJECT_ID",
      value: text("a Stytch project ID (project-…)", (value) => /^project-[\w-]+$/.test(value)),
      description:
        "The B2B project's ID: audience of every token. Ids of people and organizations are linked under it.",
      example: "project-live-00000000-0000-0000-0000-000000000000",
      required: true,
    }),
    secret: setting({
      env: "STYTCH_SECRET",
      value: text(),
      description: "The project's secret. Nobody can sign in here with it.",
      example: "",
      secret: true,
      required: true,
    }),
    publicToken: setting({
      env: "STYTCH_PUBLIC_TOKEN",
      value: text("a Stytch public token (public-token-…)", (value) =>
        value.startsWith("public-token-"),
      ),
      description: "The project's public token, for sign-in by OAuth and SSO.",
      example: "public-token-live-00000000-0000-0000-0000-000000000000",
      required: true,
    }),
    apiUrl: setting({
      env: "STYTCH_API_URL",
      value: text("an https origin without a path", isOrigin),
      description:
        "Where the API is: Stytch itself, a custom domain, or an emulator. Default: by the project ID, https://api.stytch.com or https://test.stytch.com.",
      example: "https://api.stytch.com",
    }),
    issuers: setting({
      env: "STYTCH_ISSUERS",
      value: list("issuers separated by commas"),
      description:
        "What tokens may name in `iss` besides `stytch.com/<project ID>` and the API URL: the project domain or custom domain they were minted on.",
      example: "https://login.example.com",
    }),
    signIn: setting({
      env: "STYTCH_SIGN_IN",
      value: choice(["magic_link", "email_otp", "sso", ...OAUTH_PROVIDERS]),
      description:
        "How people sign in first; an organization that wants more is asked for it. `magic_link` and `email_otp` send a mail with a link or a code; `sso` works where the organization is known, otherwise a magic link finds it.",
      default: "magic_link",
    }),
    sessionMinutes: setting({
      env: "STYTCH_SESSION_MINUTES",
      value: integer({ min: 5, max: 527_040 }),
      description: "How long Stytch keeps a session that is never extended. Default: seven days.",
      default: 10_080,
    }),
    rbac: setting({
      env: "STYTCH_RBAC",
      value: flag(),
      description:
        "Read permissions of roles from the project's RBAC policy, as `resource:action`. Off: roles count only through this app's own catalogue.",
      default: true,
    }),
    frontEnd: setting({
      env: "STYTCH_FRONT_END",
      value: flag(),
      description:
        "Accept sessions of Stytch's JavaScript SDK from its cookies, and renew them on page loads.",
      default: false,
    }),
    sessionCookie: setting({
      env: "STYTCH_SESSION_COOKIE",
      value: text("a cookie name", isCookie),
      description: "Name of the SDK's cookie with the opaque session token.",
      default: "stytch_session",
    }),
    sessionJwtCookie: setting({
      env: "STYTCH_SESSION_JWT_COOKIE",
      value: text("a cookie name", isCookie),
      description: "Name of the SDK's cookie with the session JWT.",
      default: "stytch_session_jwt",
    }),
    mcpDomain: setting({
      env: "STYTCH_MCP_DOMAIN",
      value: text("an https origin without a path", isOrigin),
      description:
        "The project domain that is the authorization server of Connected Apps. Without it no MCP client's token is accepted.",
      example: "https://example.customers.stytch.com",
    }),
    mcpResource: setting({
      env: "STYTCH_MCP_RESOURCE",
      value: list("addresses separated by commas, in whose path one segment may be {tenant}", {
        accepts: isResourcePattern,
      }),
      description:
        "The addresses of the MCP server that Connected Apps' tokens are for. Stytch writes the project into them and not the server, so that each opens all of these and no other.",
      example: "https://api.example.com/mcp",
    }),
    mcpAudience: setting({
      env: "STYTCH_MCP_AUDIENCE",
      value: list("audiences separated by commas"),
      description:
        "The custom audience that Connected Apps' tokens have. Default: the project ID, which every one of the project's tokens names.",
      example: "https://mcp.example.com",
    }),
    webhookSecret: setting({
      env: "STYTCH_WEBHOOK_SECRET",
      value: list("webhook secrets separated by commas"),
      description: "Secrets of the webhook endpoint (whsec_…), several while one is being changed.",
      example: "",
      secret: true,
    }),
    allowInsecureLoopback: setting({
      env: "STYTCH_ALLOW_INSECURE_LOOPBACK",
      value: flag(),
      description: "For development: an API on this machine may use plain http.",
      default: false,
    }),
    instance: setting({
      env: "STYTCH_INSTANCE",
      value: text("lower-case letters, digits and hyphens, at most 63", isSlug),
      description: "Name of this provider in callback addresses and links.",
      default: "stytch",
    }),
  },
  rules({ apiUrl = "", mcpDomain = "", issuers = [], allowInsecureLoopback, ...rest }) {
    const problems: string[] = [];
    if ((mcpDomain === "") !== (rest.mcpResource === undefined)) {
      problems.push(
        'options "mcpDomain" (variable STYTCH_MCP_DOMAIN) and "mcpResource" (variable STYTCH_MCP_RESOURCE) go together',
      );
    }
    const isPlain = [apiUrl, mcpDomain, ...issuers].some((url) => url.startsWith("http:"));
    if (isPlain && !allowInsecureLoopback) {
      problems.push(
        'option "apiUrl" (variable STYTCH_API_URL), "mcpDomain" (variable STYTCH_MCP_DOMAIN) or "issuers" (variable STYTCH_ISSUERS) is plain http: for development on this machine set "allowInsecureLoopback" (variable STYTCH_ALLOW_INSECURE_LOOPBACK)',
      );
    }
    if (rest.sessionCookie === rest.sessionJwtCookie) {
      problems.push(
        'option "sessionCookie" (variable STYTCH_SESSION_COOKIE) must differ from "sessionJwtCookie" (variable STYTCH_SESSION_JWT_COOKIE)',
      );
    }
    return problems;
  },
});

/** Options of {@link settings} as code gives them. */
export type StytchOptions = OptionsOf<typeof settings.definitions>;

/** Options with defaults filled in. */
export type StytchValues = ValuesOf<typeof settings.definitions>;
