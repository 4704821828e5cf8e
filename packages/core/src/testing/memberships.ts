import assert from "node:assert/strict";
import { checkCopies, checkForeignCursors, checkPages, race } from "./checks.ts";
import { membership, START_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

const active = (versionMs: number, roles = ["member"]) =>
  membership("u1", "t1", { versionMs, roles });
const ended = (versionMs: number, status: "removed" | "suspended" = "removed") =>
  membership("u1", "t1", { versionMs, status, roles: [] });

/** What every {@link MembershipStore} does: the newest state holds, removals stay known. */
export const membershipStoreConformance = storeGroup("memberships", [
  {
    title: "returns a membership as it was applied, and null for others",
    async run(memberships) {
      const applied = membership("u1", "t1", { roles: ["admin", "member"] });
      assert.deepEqual(await memberships.apply(applied), applied);
      assert.deepEqual(await memberships.get("u1", "t1"), applied);
      assert.equal(await memberships.get("u1", "t2"), null);
      assert.equal(await memberships.get("u2", "t1"), null);
      assert.equal(await memberships.get("t1", "u1"), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(memberships) {
      await checkCopies(membership("u1", "t1"), {
        write: (value) => memberships.apply(value),
        read: () => memberships.get("u1", "t1"),
      });
    },
  },
  {
    title: "keeps the newer state and returns it to whoever brings an older one",
    async run(memberships) {
      await memberships.apply(active(2));
      assert.deepEqual(await memberships.apply(active(1, ["admin"])), active(2));
      assert.deepEqual(await memberships.get("u1", "t1"), active(2));
    },
  },
  {
    title: "takes a newer state, and another one of the same version",
    async run(memberships) {
      await memberships.apply(active(1));
      assert.deepEqual(await memberships.apply(active(2, ["admin"])), active(2, ["admin"]));
      assert.deepEqual(await memberships.apply(active(2, ["viewer"])), active(2, ["viewer"]));
    },
  },
  {
    title: "keeps a removal as a tombstone that only a newer state lifts",
    async run(memberships) {
      await memberships.apply(active(1));
      await memberships.apply(ended(5));
      assert.deepEqual(await memberships.apply(active(4)), ended(5));
      assert.deepEqual(await memberships.get("u1", "t1"), ended(5));
      assert.deepEqual(await memberships.apply(active(6)), active(6));
    },
  },
  {
    title: "remembers the removal of a membership that was never there",
    async run(memberships) {
      await memberships.apply(ended(5));
      assert.deepEqual(await memberships.apply(active(4)), ended(5));
    },
  },
  {
    title: "lets the more restrictive of two states with one version hold, in either order",
    async run(memberships) {
      await memberships.apply(active(5));
      assert.deepEqual(await memberships.apply(ended(5, "suspended")), ended(5, "suspended"));
      assert.deepEqual(await memberships.apply(active(5)), ended(5, "suspended"));
      assert.deepEqual(await memberships.apply(ended(5)), ended(5));
      assert.deepEqual(await memberships.apply(ended(5, "suspended")), ended(5));
      assert.deepEqual(await memberships.apply(active(5)), ended(5));
    },
  },
  {
    title: "ends in the newest state, in whichever order many arrive at once",
    async run(memberships) {
      const newest = await race((caller) =>
        memberships.apply(active(START_MS + ((caller * 37) % 100))),
      );
      assert.deepEqual(await memberships.get("u1", "t1"), active(START_MS + 99));
      assert.ok(newest.every((held) => held.versionMs <= START_MS + 99));
    },
  },
  {
    title: "lists the memberships of one person, tombstones included",
    async run(memberships) {
      await memberships.apply(membership("u1", "t1"));
      await memberships.apply(membership("u1", "t2", { status: "removed" }));
      await memberships.apply(membership("u2", "t1"));
      const tenantIds = (await memberships.listByUser("u1")).map((one) => one.tenantId);
      assert.deepEqual(tenantIds.toSorted(), ["t1", "t2"]);
      assert.deepEqual(await memberships.listByUser("t1"), []);
    },
  },
  {
    title: "lists the members of one tenant and of no other",
    async run(memberships) {
      await memberships.apply(membership("u1", "t1"));
      await memberships.apply(membership("u2", "t1"));
      await memberships.apply(membership("u1", "t2"));
      const { items } = await memberships.listByTenant("t1");
      assert.deepEqual(items.map((one) => one.userId).toSorted(), ["u1", "u2"]);
      assert.deepEqual((await memberships.listByTenant("u1")).items, []);
    },
  },
  {
    title: "lists every member exactly once, in pages, while others are added",
    async run(memberships) {
      await checkPages({
        list: (options) => memberships.listByTenant("t1", options),
        add: (id) => memberships.apply(membership(id, "t1")),
        id: (item) => item.userId,
      });
    },
  },
  {
    title: "takes any text as a cursor without showing another tenant's members",
    async run(memberships) {
      await memberships.apply(membership("u1", "t1"));
      await memberships.apply(membership("u2", "t2"));
      await checkForeignCursors(
        (options) => memberships.listByTenant("t1", options),
        (item) => item.tenantId === "t1",
      );
    },
  },
]);
