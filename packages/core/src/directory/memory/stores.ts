import type { Clock } from "../../internal/clock.ts";
import type { Stores } from "../ports.ts";
import { memoryApiKeys } from "./api-keys.ts";
import { memoryAudit } from "./audit.ts";
import { memoryClients } from "./clients.ts";
import { memoryConnections } from "./connections.ts";
import { memoryLinks } from "./links.ts";
import { memoryMachines } from "./machines.ts";
import { memoryMemberships } from "./memberships.ts";
import { memoryReplay } from "./replay.ts";
import { memoryRevocations } from "./revocations.ts";
import { memorySessions } from "./sessions.ts";
import { memoryTenants } from "./tenants.ts";
import { memoryUsers } from "./users.ts";

/** How memory stores behave. */
export interface MemoryStoresOptions {
  /** The clock by which values expire. Default: the system's. */
  readonly nowMs?: Clock;
  /** How many audit events are kept; the oldest go first. Default 100,000. */
  readonly auditLimit?: number;
}

/**
 * Every store in the memory of one process: for development, tests and single-process apps that can
 * afford to sign everybody in again after a restart. Nothing here is shared between processes.
 */
export function memoryStores(options: MemoryStoresOptions = {}): Stores {
  const { nowMs = Date.now, auditLimit = 100_000 } = options;
  return {
    tenants: memoryTenants(),
    users: memoryUsers(),
    links: memoryLinks(),
    memberships: memoryMemberships(),
    connections: memoryConnections(),
    machines: memoryMachines(),
    sessions: memorySessions(nowMs),
    revocations: memoryRevocations(),
    replay: memoryReplay(nowMs),
    apiKeys: memoryApiKeys(),
    clients: memoryClients(),
    audit: memoryAudit(auditLimit),
  };
}
