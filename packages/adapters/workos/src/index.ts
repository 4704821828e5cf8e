/** Adapter for WorkOS: `@tenantry/workos`. */
export { fromEnv, workos, type WorkosProvider, type WorkosRuntime } from "./workos.ts";
export { settings, type WorkosOptions } from "./options.ts";
