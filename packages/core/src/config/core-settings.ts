import { defineSettings, setting } from "./settings.ts";
import { choice, integer, isBareUrl, list, text } from "./values.ts";

const isPath = (value: string): boolean => /^\/[A-Za-z0-9/_-]*[A-Za-z0-9_-]$/.test(value);

/** Whether a text is an origin as browsers write it: scheme, host, port, and nothing else. */
const isOrigin = (value: string): boolean => isBareUrl(value) && URL.parse(value)?.origin === value;

/** The settings of core itself, for `createAuthFromEnv`. */
export const coreSettings = defineSettings({
  title: "Tenantry",
  settings: {
    provider: setting({
      env: "AUTH_PROVIDER",
      value: text(),
      description: "Which of the app's providers signs people in, by its key in `providers`.",
      example: "oidc",
      required: true,
    }),
    baseUrl: setting({
      env: "BASE_URL",
      value: text("an https address without query (plain http only on loopback)", isBareUrl),
      description: "Public address of the app.",
      example: "https://app.example.com",
      required: true,
    }),
    secrets: setting({
      env: "AUTH_SECRET",
      value: list("at least 32 characters each, separated by commas, newest first", {
        accepts: (secret) => secret.length >= 32,
      }),
      description:
        "Protects cookies and stored tokens: at least 32 random characters. To rotate, put the new one in front, separated by a comma.",
      example: "",
      secret: true,
      required: true,
    }),
    authPath: setting({
      env: "AUTH_PATH",
      value: text("a path such as /auth, without a slash at its end", isPath),
      description: "Where the sign-in routes are mounted.",
      default: "/auth",
    }),
    sessionMode: setting({
      env: "SESSION_MODE",
      value: choice(["stored", "sealed"]),
      description:
        "`stored` keeps sessions in the store, `sealed` keeps them in an encrypted cookie.",
      default: "stored",
    }),
    sessionAbsoluteSeconds: setting({
      env: "SESSION_ABSOLUTE_SECONDS",
      value: integer({ min: 60, max: 31_536_000 }),
      description: "Longest life of a session. Default: 7 days.",
      example: "604800",
    }),
    sessionIdleSeconds: setting({
      env: "SESSION_IDLE_SECONDS",
      value: integer({ min: 60, max: 31_536_000 }),
      description: "A session that nobody used for this long ends. Default: 24 hours.",
      example: "86400",
    }),
    trustedProxies: setting({
      env: "TRUSTED_PROXIES",
      value: list("IP addresses or CIDR blocks separated by commas"),
      description: "Proxies whose `X-Forwarded-Host` counts, as IP addresses or CIDR blocks.",
      example: "10.0.0.0/8",
    }),
    allowedOrigins: setting({
      env: "ALLOWED_ORIGINS",
      value: list("exact origins such as https://app.example.com, separated by commas", {
        accepts: isOrigin,
      }),
      description: "Further origins whose pages may send writes with a session cookie.",
      example: "https://admin.example.com",
    }),
  },
});
