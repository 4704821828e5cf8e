/** What an application imports: `@tenantry/core`. */
export type { ApiKeys, ApiKeyView, NewApiKey } from "./machines/api-keys.ts";
export type { Auth, SystemContext } from "./auth.ts";
export type {
  AcceptedKind,
  Actor,
  AuthContext,
  Authentication,
  CredentialKind,
  CrossTenant,
  Principal,
  ServicePrincipal,
  SignInMethod,
  TenantAuthContext,
  TenantContext,
  UserPrincipal,
} from "./context.ts";
export type { HygieneReport, HygieneRules, StaleClient } from "./clients/client-hygiene.ts";
export type {
  ClientInTenant,
  ClientRules,
  ClientSubject,
  ClientVerdict,
  UnlistedClients,
} from "./clients/client-rules.ts";
export { createAuth } from "./create-auth.ts";
export type { ConnectionInput } from "./directory/connections.ts";
export type { Directory } from "./directory/directory.ts";
export type { CatchUpRequest, CaughtUp } from "./directory/reconcile/catch-up.ts";
export type { Drift, EntityDrift } from "./directory/reconcile/drift.ts";
export type { Mirror } from "./directory/reconcile/mirror.ts";
export type { Reconciliation, ReconcileRequest } from "./directory/reconcile/reconcile.ts";
export { AuthError, ERRORS, type AuthErrorCode, type ErrorDefinition } from "./errors.ts";
export type { Rejection, Result } from "./internal/result.ts";
export type { Log, LogEvent } from "./log.ts";
export type {
  AdoptId,
  AuthOptions,
  CrossTenantOptions,
  MountOptions,
  SessionOptions,
  UnknownOptions,
} from "./options.ts";
export type { Outcome } from "./outcome.ts";
export type {
  Catalogue,
  CatalogueDefinition,
  PermissionOf,
  RoleOf,
} from "./permissions/catalogue.ts";
export { definePermissions } from "./permissions/define-permissions.ts";
export type { PermissionSet } from "./permissions/permission-set.ts";
export type { PolicyRules } from "./policy/check-policy.ts";
export type { LoginPages, PageForm, PageLink, PageView } from "./sessions/pages/pages.ts";
export type {
  Observation,
  Operation,
  OperationFacts,
  OperationOutcome,
  Telemetry,
} from "./telemetry/telemetry.ts";
export type { TenantScope } from "./tenancy/scope.ts";
export {
  headerTenant,
  hostTenant,
  pathTenant,
  type TenantHint,
  type TenantStrategy,
} from "./tenancy/strategies.ts";
