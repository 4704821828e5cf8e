/** Adapter for Clerk: `@tenantry/clerk`. */
export { clerk, fromEnv, type ClerkProvider, type ClerkRuntime } from "./clerk.ts";
export { settings, type ClerkOptions } from "./options.ts";
