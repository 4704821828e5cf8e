import assert from "node:assert/strict";
import { checkCopies, checkForeignCursors, checkPages } from "./checks.ts";
import { apiKey, START_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link ApiKeyStore} does: exact look-ups, revocations that are final. */
export const apiKeyStoreConformance = storeGroup("apiKeys", [
  {
    title: "returns a key by id and by hash as it was inserted, and null for others",
    async run(apiKeys) {
      await apiKeys.insert(apiKey("k1"));
      assert.deepEqual(await apiKeys.get("k1"), apiKey("k1"));
      assert.deepEqual(await apiKeys.getByHash("hash-of-k1"), apiKey("k1"));
      assert.equal(await apiKeys.get("hash-of-k1"), null);
      assert.equal(await apiKeys.getByHash("k1"), null);
      assert.equal(await apiKeys.getByHash("HASH-OF-K1"), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(apiKeys) {
      await checkCopies(apiKey("k1"), {
        write: (value) => apiKeys.insert(value),
        read: () => apiKeys.get("k1"),
      });
    },
  },
  {
    title: "row 36: inserts no key over one that is there",
    async run(apiKeys) {
      await apiKeys.insert(apiKey("k1"));
      await assert.rejects(apiKeys.insert(apiKey("k1", { hash: "other", ownerUserId: "u2" })));
      await assert.rejects(apiKeys.insert(apiKey("k2", { hash: "hash-of-k1" })));
      assert.deepEqual(await apiKeys.get("k1"), apiKey("k1"));
      assert.deepEqual(await apiKeys.getByHash("hash-of-k1"), apiKey("k1"));
      assert.equal(await apiKeys.getByHash("other"), null);
      assert.equal(await apiKeys.get("k2"), null);
    },
  },
  {
    title: "revokes a key for good, and keeps the first time",
    async run(apiKeys) {
      await apiKeys.insert(apiKey("k1"));
      await apiKeys.revoke("k1", START_MS + 5);
      await apiKeys.revoke("k1", START_MS + 9);
      await apiKeys.revoke("unknown", START_MS);
      const revoked = apiKey("k1", { revokedAtMs: START_MS + 5 });
      assert.deepEqual(await apiKeys.get("k1"), revoked);
      assert.deepEqual(await apiKeys.getByHash("hash-of-k1"), revoked);
      assert.equal(await apiKeys.get("unknown"), null);
    },
  },
  {
    title: "lists the keys of one tenant and of no other",
    async run(apiKeys) {
      await apiKeys.insert(apiKey("k1"));
      await apiKeys.insert(apiKey("k2", { tenantId: "t2" }));
      const { items } = await apiKeys.listByTenant("t1");
      assert.deepEqual(items, [apiKey("k1")]);
    },
  },
  {
    title: "lists every key exactly once, in pages, while others are added",
    async run(apiKeys) {
      await checkPages({
        list: (options) => apiKeys.listByTenant("t1", options),
        add: (id) => apiKeys.insert(apiKey(id)),
        id: (item) => item.id,
      });
    },
  },
  {
    title: "takes any text as a cursor without showing another tenant's keys",
    async run(apiKeys) {
      await apiKeys.insert(apiKey("k1"));
      await apiKeys.insert(apiKey("k2", { tenantId: "t2" }));
      await checkForeignCursors(
        (options) => apiKeys.listByTenant("t1", options),
        (item) => item.tenantId === "t1",
      );
    },
  },
]);
