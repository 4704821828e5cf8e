export { createHeadlessBrowser, type HeadlessBrowser, type Stop } from "./headless/browser.ts";
export { signInHeadless, type SignInHeadlessOptions } from "./headless/sign-in.ts";
export type { Outage, OutageMode } from "./http/outage.ts";
export type { LogoutDelivery, OidcControls } from "./oidc/controls.ts";
export type { Endpoint } from "./oidc/endpoints.ts";
export type { OidcHooks, OutgoingIdToken } from "./oidc/hooks.ts";
export type { SigningAlgorithm } from "./oidc/keys.ts";
export type { MintAccessToken, MintIdToken, MintLogoutToken, MintOverrides } from "./oidc/mint.ts";
export type { EmulatorAudience, EmulatorClient, OidcEmulatorOptions } from "./oidc/options.ts";
export type { SignKey, SignRequest } from "./oidc/sign.ts";
export { startOidcEmulator, type OidcEmulator } from "./oidc/start.ts";
export type { ServerSettings } from "./server-options.ts";
export { spawnOidcEmulator, type SpawnedEmulator, type SpawnOidcEmulatorOptions } from "./spawn.ts";
export { demoWorld } from "./world/demo-world.ts";
export type {
  MembershipStatus,
  WorldChange,
  WorldData,
  WorldDomain,
  WorldMembership,
  WorldRole,
  WorldService,
  WorldTenant,
  WorldUser,
} from "./world/types.ts";
export type { Table } from "./world/table.ts";
export {
  createWorld,
  type ActiveMembership,
  type MembershipTable,
  type World,
} from "./world/world.ts";
