import assert from "node:assert/strict";
import { checkCopies, checkForeignCursors, checkPages } from "./checks.ts";
import { auditEvent, START_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link AuditStore} does: append only, the newest first, tenant by tenant. */
export const auditStoreConformance = storeGroup("audit", [
  {
    title: "lists events as they were appended, the newest first",
    async run(audit) {
      const first = auditEvent("z", {
        reason: "Ticket 1",
        actors: [{ kind: "support", id: "u9" }],
      });
      const second = auditEvent("a", { atMs: START_MS + 1 });
      await audit.append(second);
      await audit.append(first);
      assert.deepEqual((await audit.listByTenant("t1")).items, [second, first]);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(audit) {
      await checkCopies(auditEvent("e1"), {
        write: (value) => audit.append(value),
        read: async () => (await audit.listByTenant("t1")).items[0] ?? null,
      });
    },
  },
  {
    title: "keeps the first of two events with one id",
    async run(audit) {
      await audit.append(auditEvent("e1"));
      await audit.append(auditEvent("e1", { outcome: "denied", tenantId: "t2" }));
      assert.deepEqual((await audit.listByTenant("t1")).items, [auditEvent("e1")]);
      assert.deepEqual((await audit.listByTenant("t2")).items, []);
    },
  },
  {
    title: "lists the events of one tenant and of no other",
    async run(audit) {
      await audit.append(auditEvent("e1"));
      await audit.append(auditEvent("e2", { tenantId: "t2" }));
      await audit.append(auditEvent("e3", { tenantId: null }));
      const ids = (await audit.listByTenant("t1")).items.map((event) => event.id);
      assert.deepEqual(ids, ["e1"]);
    },
  },
  {
    title: "lists every event exactly once, in pages, while others are added, even of one moment",
    async run(audit) {
      await checkPages({
        list: (options) => audit.listByTenant("t1", options),
        add: (id) => audit.append(auditEvent(id)),
        id: (item) => item.id,
      });
    },
  },
  {
    title: "takes any text as a cursor without showing another tenant's events",
    async run(audit) {
      await audit.append(auditEvent("e1"));
      await audit.append(auditEvent("e2", { tenantId: "t2" }));
      await checkForeignCursors(
        (options) => audit.listByTenant("t1", options),
        (item) => item.tenantId === "t1",
      );
    },
  },
]);
