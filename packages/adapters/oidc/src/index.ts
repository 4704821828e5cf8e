/** Adapter for any conforming OpenID Connect provider: `@tenantry/oidc`. */
export { fromEnv, oidc, type OidcProvider, type OidcRuntime } from "./oidc.ts";
export { connectionSettings, settings, type OidcOptions } from "./options.ts";
