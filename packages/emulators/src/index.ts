export type { ClerkForgery } from "./clerk/behaviour.ts";
export type { ClerkControls, FrontEndSession } from "./clerk/controls.ts";
export type { ClerkEndpoint } from "./clerk/endpoints.ts";
export type {
  ClerkMintOverrides,
  MintClerkAccessToken,
  MintClerkIdToken,
  MintClerkMachineToken,
  MintClerkSessionToken,
} from "./clerk/mint.ts";
export type { ClerkEmulatorOptions, ClerkOAuthApplication } from "./clerk/options.ts";
export { startClerkEmulator, type ClerkEmulator } from "./clerk/start.ts";
export type { ClerkEvent, ClerkWebhooks } from "./clerk/webhooks.ts";
export type {
  DemoAgent,
  DemoFacts,
  DemoMcp,
  DemoProvider,
  DemoProviderInProcess,
  DemoRequest,
} from "./demo/demo-provider.ts";
export { spawnDemoProvider, startDemoProvider } from "./demo/index.ts";
export {
  targetDirectory,
  targetOutage,
  targetSubstitute,
  targetWebhooks,
} from "./conformance/target-controls.ts";
export { targetWorld, type TargetIds, type TargetWorld } from "./conformance/target-world.ts";
export { createHeadlessBrowser, type HeadlessBrowser, type Stop } from "./headless/browser.ts";
export { signInHeadless, type SignInHeadlessOptions } from "./headless/sign-in.ts";
export type { NetworkControls } from "./http/network-controls.ts";
export type { Outage, OutageMode } from "./http/outage.ts";
export type { RateLimit } from "./http/site-server.ts";
export type { LogoutDelivery, OidcControls } from "./oidc/controls.ts";
export type { Endpoint } from "./oidc/endpoints.ts";
export type { OidcHooks, OutgoingIdToken } from "./oidc/hooks.ts";
export type { KeyControls } from "./oidc/key-cycle.ts";
export type { SigningAlgorithm } from "./oidc/keys.ts";
export type { MintAccessToken, MintIdToken, MintLogoutToken, MintOverrides } from "./oidc/mint.ts";
export type { EmulatorAudience, EmulatorClient, OidcEmulatorOptions } from "./oidc/options.ts";
export type { SignKey, SignRequest } from "./oidc/sign.ts";
export { startOidcEmulator, type OidcEmulator } from "./oidc/start.ts";
export type { ServerSettings } from "./server-options.ts";
export { spawnOidcEmulator, type SpawnedEmulator, type SpawnOidcEmulatorOptions } from "./spawn.ts";
export { spawnEmulator, type SpawnedVendor } from "./spawn-vendor.ts";
export type { RunningEmulator, Vendor, VendorProcess, VendorSettings } from "./vendors.ts";
export type { RequiredStep, WorkosForgery } from "./workos/behaviour.ts";
export type { WorkosControls } from "./workos/controls.ts";
export type { WorkosEndpoint } from "./workos/endpoints.ts";
export type { WorkosEvent } from "./workos/events.ts";
export type { MintConnectToken, MintMachineToken, MintSessionToken } from "./workos/mint.ts";
export type { WorkosEmulatorOptions } from "./workos/options.ts";
export { startWorkosEmulator, type WorkosEmulator } from "./workos/start.ts";
export type { WorkosWebhooks } from "./workos/webhooks.ts";
export type { StytchForgery } from "./stytch/behaviour.ts";
export type { StytchControls } from "./stytch/controls.ts";
export type { StytchEndpoint } from "./stytch/endpoints.ts";
export type { StytchEmulatorOptions } from "./stytch/options.ts";
export { startStytchEmulator, type StytchEmulator } from "./stytch/start.ts";
export type {
  Factor,
  Mail,
  MemberExtras,
  MfaMethod,
  OrganizationRules,
  SentCode,
} from "./stytch/state.ts";
export type { MintConnectedApp, MintStytchMachine, MintStytchSession } from "./stytch/tokens.ts";
export type { StytchEvent, StytchWebhooks } from "./stytch/webhooks.ts";
export type {
  SignedWebhook,
  WebhookDelivery,
  WebhookOverrides,
  WebhookQueue,
} from "./webhooks/queue.ts";
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
