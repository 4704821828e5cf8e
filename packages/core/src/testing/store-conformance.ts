import { apiKeyStoreConformance } from "./api-keys.ts";
import { auditStoreConformance } from "./audit.ts";
import { clientStoreConformance } from "./clients.ts";
import { connectionStoreConformance } from "./connections.ts";
import { linkStoreConformance } from "./links.ts";
import { machineStoreConformance } from "./machines.ts";
import { membershipStoreConformance } from "./memberships.ts";
import { replayStoreConformance } from "./replay.ts";
import { revocationStoreConformance } from "./revocations.ts";
import { sessionStoreConformance } from "./sessions.ts";
import type { StoreTarget, TestRunner } from "./store-group.ts";
import { tenantStoreConformance } from "./tenants.ts";
import { userStoreConformance } from "./users.ts";

/** Runs the groups of all ports: `storeConformance({ describe, test }, { name: "mine", open })`. */
export function storeConformance(runner: TestRunner, target: StoreTarget): void {
  tenantStoreConformance(runner, target);
  userStoreConformance(runner, target);
  linkStoreConformance(runner, target);
  membershipStoreConformance(runner, target);
  connectionStoreConformance(runner, target);
  machineStoreConformance(runner, target);
  sessionStoreConformance(runner, target);
  revocationStoreConformance(runner, target);
  replayStoreConformance(runner, target);
  apiKeyStoreConformance(runner, target);
  clientStoreConformance(runner, target);
  auditStoreConformance(runner, target);
}
