/** What an adapter author imports: `@tenantry/core/provider`. */
export { defineProvider, PROVIDER_SPEC, type Provider } from "./provider/define-provider.ts";
export { NO_CAPABILITIES, type Capabilities, type Support } from "./provider/capabilities.ts";
export type {
  AttestedMembership,
  FlowState,
  LoginFlow,
  LoginResume,
  LoginStart,
  LoginStep,
  LogoutNotice,
  OpenConnection,
  PromptField,
  ProviderTools,
  RefreshAnswer,
  RefreshRequest,
  TenantChoice,
  VendorTokens,
  VerifiedToken,
} from "./provider/login-flow.ts";
export type { Admin } from "./provider/admin.ts";
export type {
  BrowserSession,
  CredentialSource,
  FrontEndPage,
  OpaqueCredentials,
} from "./provider/credentials.ts";
export type {
  DirectoryChange,
  DirectoryEntity,
  DirectorySource,
  MembershipData,
  Page,
  RawWebhook,
  TenantData,
  UserData,
  WebhookNews,
  Webhooks,
} from "./provider/directory.ts";
export type {
  ConsentAnswer,
  ConsentGiver,
  ConsentPage,
  ConsentRequest,
  McpFacts,
  RegisteredClient,
  RegisteredClients,
} from "./provider/mcp.ts";
export { matchesResource, tenantOfResource } from "./provider/resource-pattern.ts";
export type {
  AsymmetricAlgorithm,
  AudienceRule,
  ConnectionBinding,
  Claims,
  Enrichment,
  Identity,
  IdentityTenant,
  SignedToken,
  TokenHeader,
  TokenKind,
  TokenProfile,
} from "./tokens/profile.ts";
export type { Actor, Authentication, SignInMethod } from "./context.ts";
export type { CookieJar } from "./request/cookies.ts";
export type { AuthRequest } from "./request/request.ts";
export {
  isUnavailable,
  ok,
  reject,
  type KnownReason,
  type Reason,
  type Rejection,
  type Result,
} from "./internal/result.ts";
export { FetchRefused, type FetchRefusal } from "./internal/fetch-refused.ts";
export { createGuardedFetch, type GuardedFetchOptions } from "./internal/guarded-fetch.ts";
export { externalSubject } from "./directory/local-id.ts";
export { scopesFromString } from "./tokens/scopes.ts";
export {
  createSvixVerifier,
  type SignedWebhook,
  type SvixVerifier,
  type SvixVerifierOptions,
} from "./webhooks/svix-signature.ts";
export {
  createTimestampVerifier,
  type TimestampVerifier,
  type TimestampVerifierOptions,
} from "./webhooks/timestamp-signature.ts";
