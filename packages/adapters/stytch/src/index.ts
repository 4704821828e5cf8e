/** Adapter for Stytch B2B: `@tenantry/stytch`. */
export { settings, type StytchOptions } from "./options.ts";
export { fromEnv, stytch, type StytchProvider } from "./stytch.ts";
