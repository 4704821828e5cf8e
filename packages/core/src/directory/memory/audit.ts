import type { AuditStore } from "../ports.ts";
import type { AuditEvent } from "../records.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";

/** The audit trail in the memory of one process, which keeps the latest `limit` events. */
export function memoryAudit(limit: number): AuditStore {
  const byId = new Map<string, AuditEvent>();
  return {
    async append(event) {
      if (byId.has(event.id)) return;
      byId.set(event.id, frozenCopy(event));
      if (byId.size <= limit) return;
      const oldest = byId.keys().next();
      if (oldest.done !== true) byId.delete(oldest.value);
    },
    async listByTenant(tenantId, options) {
      const events = [...byId.values()].filter((event) => event.tenantId === tenantId);
      return page(events, { position, descending: true }, options);
    },
  };
}

/** Time first, id among equals: fixed width, so that text order is time order. */
function position(event: AuditEvent): string {
  return `${String(Math.max(0, Math.trunc(event.atMs))).padStart(16, "0")}.${event.id}`;
}
