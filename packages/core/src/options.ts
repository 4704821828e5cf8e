import type { UnlistedClients } from "./clients/client-rules.ts";
import type { AcceptedKind } from "./context.ts";
import type { Stores } from "./directory/ports.ts";
import type { Log } from "./log.ts";
import type { Catalogue } from "./permissions/catalogue.ts";
import type { PolicyRules } from "./policy/check-policy.ts";
import type { Provider } from "./provider/define-provider.ts";
import type { LoginPages } from "./sessions/pages/pages.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import type { TenantStrategy } from "./tenancy/strategies.ts";
import type { SignatureVerifier } from "./tokens/signature.ts";

/** How our own sessions live. */
export interface SessionOptions {
  /** `stored`: opaque cookie, state in the session store. `sealed`: everything in an encrypted cookie, never refreshed at the vendor. Default `stored`. */
  readonly mode?: "stored" | "sealed";
  /** Longest life of a session. Default 7 days. */
  readonly absoluteSeconds?: number;
  /** A session that nobody used for this long ends. Default 24 hours. */
  readonly idleSeconds?: number;
  /** Cookie name behind its `__Host-` prefix. Default `tenantry`. */
  readonly cookieName?: string;
}

/** Lets members of one internal tenant enter others, on purpose and on record. */
export interface CrossTenantOptions<R extends string = string> {
  /** Slug of the internal tenant. Its members count only with an e-mail address in its verified domain. */
  readonly internalTenant: string;
  /** The role in the internal tenant that may enter. */
  readonly role: R;
  /** The role that such a person has in the tenant they entered. */
  readonly grants: R;
  /** Longest stay. Default 1 hour. */
  readonly maxSeconds?: number;
}

/** What to do with someone the directory has never seen. */
export interface UnknownOptions {
  /** At sign-in through the provider. Default `provision`. */
  readonly signIn?: "provision" | "refuse";
  /** With a bearer token and no earlier sign-in. Default `provision`: the provider vouches for both alike. */
  readonly token?: "provision" | "refuse";
  /** When a webhook of the provider names them. Default `provision`: the directory mirrors the provider's. */
  readonly directory?: "provision" | "refuse";
}

/**
 * The id your database already has for a vendor's id: how existing tenants and people are adopted.
 * Asked when there is no link yet; must always answer the same. Undefined: a new id is derived.
 */
export type AdoptId = (
  kind: "tenant" | "user" | "service",
  key: { readonly instance: string; readonly issuer: string; readonly external: string },
) => string | undefined;

/** Everything `createAuth` needs to know. A wrong value throws `TypeError` naming the option. */
export interface AuthOptions<P extends string, R extends string> {
  /** Public address of the app: `https://app.example.com`. Plain http only for loopback. Variable: `BASE_URL`. */
  readonly baseUrl: string;
  /** Where the auth routes are mounted. Default `/auth`. */
  readonly authPath?: string;
  readonly providers: readonly Provider[];
  /** The instance that sign-in uses when nothing else decides. Default: the first one. */
  readonly defaultProvider?: string;
  readonly permissions: Catalogue<P, R>;
  /** Secrets for cookies and stored vendor tokens, newest first, each at least 32 characters. Variable: `AUTH_SECRET`. */
  readonly secrets: readonly string[];
  /** Default: memory, for one process. */
  readonly stores?: Stores;
  /** How a request may name a tenant besides its credential. All that do must agree. Default: none. */
  readonly tenants?: readonly TenantStrategy[];
  readonly session?: SessionOptions;
  readonly crossTenant?: CrossTenantOptions<NoInfer<R>>;
  readonly onUnknown?: UnknownOptions;
  readonly adoptId?: AdoptId;
  /** What to do where a tenant's policy meets a provider that does not say how someone signed in. */
  readonly policy?: PolicyRules;
  /** The permission that lets a tenant's administrator register identity providers. Default: nobody may. */
  readonly connectionPermission?: NoInfer<P>;
  /** The permission that lets a tenant's administrator decide about OAuth clients. Default: nobody may. */
  readonly clientPermission?: NoInfer<P>;
  /**
   * What the app's page of consent does with an OAuth client that no rule of the tenant names, where
   * the provider leaves that page to the app. Give it the mount's `clientPolicy`. Default `allow`: the
   * person is asked.
   */
  readonly consentPolicy?: UnlistedClients;
  /** Proxies whose `X-Forwarded-Host` counts, as IP addresses or CIDR blocks. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** Further origins whose pages may send cookie-authenticated writes. Exact origins. Default: the origin of `baseUrl`. */
  readonly allowedOrigins?: readonly string[];
  /** Replaces the default pages of the login steps. */
  readonly pages?: LoginPages;
  /** Receives structured log lines. Default: warnings and errors to the console. */
  readonly log?: Log;
  /** Receives what took how long, for traces and metrics: `openTelemetry()`. Default: nothing is measured. */
  readonly telemetry?: Telemetry;
  /** Accepted difference between clocks, at most 60. Default 30. */
  readonly clockToleranceSeconds?: number;
  readonly nowMs?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  readonly signatures?: SignatureVerifier;
}

/** What one mount accepts. */
export interface MountOptions {
  /** Credential kinds. Default: session, access, m2m, api_key. */
  readonly accept?: readonly AcceptedKind[];
  /** The audience of this mount (RFC 8707), where it has one of its own. */
  readonly resource?: string;
  /** A tenant that the framework's router has read from its own path parameter. Must agree with all others. */
  readonly tenant?: string;
}
