/** Configuration by environment, and the kit that adapters describe their settings with: `@tenantry/core/config`. */
export {
  createAuthFromEnv,
  type AdapterModule,
  type AuthFromEnvOptions,
  type ProviderMap,
} from "./config/create-auth-from-env.ts";
export { coreSettings } from "./config/core-settings.ts";
export {
  defineSettings,
  setting,
  type Definitions,
  type Environment,
  type OptionsOf,
  type OverridesOf,
  type Setting,
  type Settings,
  type ValuesOf,
} from "./config/settings.ts";
export {
  choice,
  claimPath,
  flag,
  integer,
  isBareUrl,
  isLoopback,
  isResourcePattern,
  jsonObject,
  list,
  mapping,
  text,
  type ValueKind,
} from "./config/values.ts";
