import {
  defineSettings,
  flag,
  isBareUrl,
  list,
  setting,
  text,
  type OptionsOf,
  type ValuesOf,
} from "@tenantry/core/config";

const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;
const isSlug = (value: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value);

/** The settings of `@tenantry/workos`. */
export const settings = defineSettings({
  title: "WorkOS (@tenantry/workos)",
  // No prefix: the vendor's own packages read variables of theirs, such as WORKOS_REDIRECT_URI.
  settings: {
    apiKey: setting({
      env: "WORKOS_API_KEY",
      value: text("a WorkOS API key (sk_…)", (value) => value.startsWith("sk_")),
      description: "The environment's API key. Nobody can sign in here with it.",
      example: "",
      secret: true,
      required: true,
    }),
    clientId: setting({
      env: "WORKOS_CLIENT_ID",
      value: text("a WorkOS client ID (client_…)", (value) => /^client_\w+$/.test(value)),
      description:
        "The environment's client ID. Ids of people and organizations are linked under it.",
      example: "client_01EXAMPLE",
      required: true,
    }),
    apiUrl: setting({
      env: "WORKOS_API_URL",
      value: text("an https origin without a path", isOrigin),
      description:
        "Where the API is: WorkOS itself, the custom Authentication API domain, or an emulator.",
      default: "https://api.workos.com",
    }),
    issuers: setting({
      env: "WORKOS_ISSUERS",
      value: list("issuers separated by commas", { accepts: isBareUrl }),
      description:
        "What session tokens may name in `iss`, exactly. Default: WorkOS and the API URL, each bare, with a slash, and as `/user_management/<client ID>`. Environments differ: https://github.com/workos/workos-node/pull/1694.",
      example: "https://auth.example.com",
    }),
    audience: setting({
      env: "WORKOS_AUDIENCE",
      value: list("audiences separated by commas"),
      description:
        "Session tokens have no `aud` unless a JWT template adds one. Then it must be one of these, and a token without it is refused.",
      example: "https://api.example.com",
    }),
    authkitDomain: setting({
      env: "WORKOS_AUTHKIT_DOMAIN",
      value: text("an https origin without a path", isOrigin),
      description:
        "The AuthKit domain, for tokens of Connect: machines and MCP clients. Without it none is accepted.",
      example: "https://example.authkit.app",
    }),
    clientIdAudience: setting({
      env: "WORKOS_CLIENT_ID_AUDIENCE",
      value: flag(),
      description:
        "Accept MCP clients' tokens whose audience is the client ID: what WorkOS issues while no resource indicator is registered. Such a token opens every MCP server of the environment.",
      default: false,
    }),
    standaloneConnect: setting({
      env: "WORKOS_STANDALONE_CONNECT",
      value: flag(),
      description:
        "Standalone Connect: the environment's Login URI is `<BASE_URL>/auth/authorize/<instance>`, where people choose the organization that an MCP client acts in. MCP clients' tokens that were not begun there are refused.",
      default: false,
    }),
    webhookSecret: setting({
      env: "WORKOS_WEBHOOK_SECRET",
      value: list("webhook secrets separated by commas"),
      description: "Secrets of the webhook endpoint, several while one is being changed.",
      example: "",
      secret: true,
    }),
    cookiePassword: setting({
      env: "WORKOS_COOKIE_PASSWORD",
      value: text("at least 32 characters", (value) => value.length >= 32),
      description:
        "What WorkOS's framework SDKs seal their session cookie with, the same as there. Set it to accept that cookie too.",
      example: "",
      secret: true,
    }),
    cookieName: setting({
      env: "WORKOS_COOKIE_NAME",
      value: text("a cookie name", (value) => /^[\w-]{1,64}$/.test(value)),
      description: "The name of that cookie.",
      default: "wos-session",
    }),
    cookieDomain: setting({
      env: "WORKOS_COOKIE_DOMAIN",
      value: text("a domain name", (value) => /^[a-z0-9.-]{1,253}$/.test(value)),
      description: "The domain that the SDK sets the cookie for, if it sets one.",
      example: "example.com",
    }),
    allowInsecureLoopback: setting({
      env: "WORKOS_ALLOW_INSECURE_LOOPBACK",
      value: flag(),
      description: "For development: an API on this machine may use plain http.",
      default: false,
    }),
    instance: setting({
      env: "WORKOS_INSTANCE",
      value: text("lower-case letters, digits and hyphens, at most 63", isSlug),
      description: "Name of this provider in callback addresses and links.",
      default: "workos",
    }),
  },
  rules({ apiUrl, authkitDomain, issuers = [], allowInsecureLoopback, standaloneConnect }) {
    const problems: string[] = [];
    if (standaloneConnect && authkitDomain === undefined) {
      problems.push(
        'option "standaloneConnect" (variable WORKOS_STANDALONE_CONNECT) needs "authkitDomain" (variable WORKOS_AUTHKIT_DOMAIN)',
      );
    }
    const urls = [apiUrl, authkitDomain ?? "", ...issuers];
    if (urls.some((url) => url.startsWith("http:")) && !allowInsecureLoopback) {
      problems.push(
        'option "apiUrl" (variable WORKOS_API_URL), "authkitDomain" (variable WORKOS_AUTHKIT_DOMAIN) or "issuers" (variable WORKOS_ISSUERS) is plain http: for development on this machine set "allowInsecureLoopback" (variable WORKOS_ALLOW_INSECURE_LOOPBACK)',
      );
    }
    // SECURITY: one issuer has one key set; session tokens and tokens of Connect come from two places.
    if (authkitDomain !== undefined && [apiUrl, ...issuers].includes(authkitDomain)) {
      problems.push(
        'option "authkitDomain" (variable WORKOS_AUTHKIT_DOMAIN) must differ from "apiUrl" (variable WORKOS_API_URL) and from each of "issuers" (variable WORKOS_ISSUERS)',
      );
    }
    return problems;
  },
});

/** Options of {@link settings} as code gives them. */
export type WorkosOptions = OptionsOf<typeof settings.definitions>;

/** Options with defaults filled in. */
export type WorkosValues = ValuesOf<typeof settings.definitions>;
