/** What the author of a store imports, and who runs on memory alone: `@tenantry/core/stores`. */
export { memoryStores, type MemoryStoresOptions } from "./directory/memory/stores.ts";
export type {
  ApiKeyStore,
  AuditStore,
  ClientStore,
  Changes,
  ConnectionStore,
  LinkStore,
  ListOptions,
  Listing,
  MachineStore,
  MembershipStore,
  ReplayStore,
  RevocationStore,
  SessionStore,
  Stores,
  TenantStore,
  UserStore,
} from "./directory/ports.ts";
export type {
  ApiKey,
  AuditEvent,
  ClientRule,
  Connection,
  Link,
  Machine,
  Membership,
  Tenant,
  TenantDomain,
  TenantPolicy,
  User,
} from "./directory/records.ts";
export type { EnteredTenant, SessionRecord, VendorSession } from "./sessions/record.ts";
