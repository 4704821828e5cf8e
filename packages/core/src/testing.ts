/** What the author of a store runs against it: `@tenantry/core/testing`. Node only. */
export { apiKeyStoreConformance } from "./testing/api-keys.ts";
export { auditStoreConformance } from "./testing/audit.ts";
export { clientStoreConformance } from "./testing/clients.ts";
export { connectionStoreConformance } from "./testing/connections.ts";
export { linkStoreConformance } from "./testing/links.ts";
export { machineStoreConformance } from "./testing/machines.ts";
export { membershipStoreConformance } from "./testing/memberships.ts";
export { profilesMatching } from "./testing/profiles.ts";
export { replayStoreConformance } from "./testing/replay.ts";
export { revocationStoreConformance } from "./testing/revocations.ts";
export { sessionStoreConformance } from "./testing/sessions.ts";
export { storeConformance } from "./testing/store-conformance.ts";
export type { OpenStores, StoreGroup, StoreTarget, TestRunner } from "./testing/store-group.ts";
export { tenantStoreConformance } from "./testing/tenants.ts";
export { userStoreConformance } from "./testing/users.ts";
