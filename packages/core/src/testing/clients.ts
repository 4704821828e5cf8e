import assert from "node:assert/strict";
import { checkCopies } from "./checks.ts";
import { clientRule } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link ClientStore} does: one rule for each subject of a tenant. */
export const clientStoreConformance = storeGroup("clients", [
  {
    title: "finds a rule by tenant and subject, exactly",
    async run(clients) {
      await clients.put(clientRule("host:a.example"));
      assert.deepEqual(await clients.get("t1", "host:a.example"), clientRule("host:a.example"));
      assert.equal(await clients.get("t2", "host:a.example"), null);
      assert.equal(await clients.get("t1", "host:A.example"), null);
      assert.equal(await clients.get("t1", "host:a.exampl"), null);
    },
  },
  {
    title: "keeps the parts of a key apart",
    async run(clients) {
      await clients.put(clientRule("b:c", { tenantId: "a" }));
      assert.equal(await clients.get("a:b", "c"), null);
    },
  },
  {
    title: "adds a rule once, and never over a decision",
    async run(clients) {
      await clients.put(clientRule("client:i:c", { decision: "deny" }));
      const held = await clients.add(clientRule("client:i:c", { decision: "pending" }));
      assert.equal(held.decision, "deny");
      assert.equal((await clients.get("t1", "client:i:c"))?.decision, "deny");
      const added = await clients.add(clientRule("client:i:d", { decision: "pending" }));
      assert.equal(added.decision, "pending");
    },
  },
  {
    title: "adds one of many at the same time",
    async run(clients) {
      const times = Array.from({ length: 20 }, (_, index) => index);
      const held = await Promise.all(
        times.map((firstSeenAtMs) => clients.add(clientRule("client:i:c", { firstSeenAtMs }))),
      );
      assert.equal(new Set(held.map((rule) => rule.firstSeenAtMs)).size, 1);
    },
  },
  {
    title: "replaces and removes a rule of one tenant and leaves the other's",
    async run(clients) {
      await clients.put(clientRule("default"));
      await clients.put(clientRule("default", { tenantId: "t2" }));
      await clients.put(clientRule("default", { decision: "deny" }));
      assert.equal((await clients.get("t1", "default"))?.decision, "deny");
      await clients.remove("t1", "default");
      await clients.remove("t1", "default");
      assert.equal(await clients.get("t1", "default"), null);
      assert.equal((await clients.get("t2", "default"))?.decision, "allow");
    },
  },
  {
    title: "lists the rules of one tenant and of no other, each once",
    async run(clients) {
      for (const name of ["a", "b", "c"]) await clients.put(clientRule(`host:${name}`));
      await clients.put(clientRule("host:d", { tenantId: "t2" }));
      const first = await clients.listByTenant("t1", { limit: 2 });
      assert.equal(first.items.length, 2);
      const rest = await clients.listByTenant(
        "t1",
        first.next === undefined ? {} : { cursor: first.next },
      );
      assert.deepEqual([...first.items, ...rest.items].map((rule) => rule.subject).toSorted(), [
        "host:a",
        "host:b",
        "host:c",
      ]);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(clients) {
      await checkCopies(clientRule("host:a"), {
        write: (value) => clients.put(value),
        read: () => clients.get("t1", "host:a"),
      });
    },
  },
]);
