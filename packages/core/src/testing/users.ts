import assert from "node:assert/strict";
import { CALLERS, checkCopies, race } from "./checks.ts";
import { user } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link UserStore} does: one record an id, atomic changes. */
export const userStoreConformance = storeGroup("users", [
  {
    title: "returns a person as they were put, and null for others",
    async run(users) {
      await users.put(user("u1", { name: null, email: null }));
      await users.put(user("u2"));
      assert.deepEqual(await users.get("u1"), user("u1", { name: null, email: null }));
      assert.deepEqual(await users.get("u2"), user("u2"));
      assert.equal(await users.get("U1"), null);
      assert.equal(await users.get("u1@example.com"), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(users) {
      await checkCopies(user("u1"), {
        write: (value) => users.put(value),
        read: () => users.get("u1"),
      });
    },
  },
  {
    title: "row 33: keeps two people with the same e-mail address apart",
    async run(users) {
      const email = { value: "sam@example.com", verified: true };
      await users.put(user("u1", { email }));
      await users.put(user("u2", { email, name: "Other" }));
      assert.equal((await users.get("u1"))?.name, "Person u1");
      assert.equal((await users.get("u2"))?.name, "Other");
    },
  },
  {
    title: "adds a person once: a second one with the same id changes nothing",
    async run(users) {
      const first = user("u1", { status: "suspended" });
      assert.deepEqual(await users.add(first), first);
      assert.deepEqual(await users.add(user("u1")), first);
      assert.deepEqual(await users.get("u1"), first);
    },
  },
  {
    title: "tells all of many that add the same person at once the same",
    async run(users) {
      const held = await race((caller) => users.add(user("u1", { name: `Caller ${caller}` })));
      assert.equal(new Set(held.map((one) => one.name)).size, 1);
      assert.deepEqual(await users.get("u1"), held[0]);
    },
  },
  {
    title: "updates the named fields and no others",
    async run(users) {
      await users.put(user("u1"));
      assert.deepEqual(await users.update("u1", { email: null }), user("u1", { email: null }));
      assert.deepEqual(await users.get("u1"), user("u1", { email: null }));
      assert.equal(await users.update("absent", { name: "Nobody" }), null);
      assert.equal(await users.get("absent"), null);
    },
  },
  {
    title: "keeps a suspension that comes at the same time as a new name",
    async run(users) {
      await users.put(user("u1"));
      await race((caller) =>
        users.update("u1", caller === 50 ? { status: "suspended" } : { name: "Renamed" }),
      );
      assert.deepEqual(await users.get("u1"), user("u1", { status: "suspended", name: "Renamed" }));
    },
  },
  {
    title: "lets the vendor's later word win, whichever arrives first",
    async run(users) {
      await users.put(user("x1"));
      const second = user("x1", { name: "Second", versionMs: 2000 });
      assert.deepEqual(await users.update("x1", { name: "Second", versionMs: 2000 }), second);
      assert.deepEqual(await users.update("x1", { name: "First", versionMs: 1000 }), second);
      assert.deepEqual(await users.get("x1"), second);
      const again = { ...second, name: "Again" };
      assert.deepEqual(await users.update("x1", { name: "Again", versionMs: 2000 }), again);
      const decided = { ...again, status: "suspended" as const };
      assert.deepEqual(await users.update("x1", { status: "suspended" }), decided);
    },
  },
  {
    title: "keeps the vendor's latest word when many arrive at once",
    async run(users) {
      await users.put(user("x1"));
      await race((caller) =>
        users.update("x1", { name: `At ${caller}`, versionMs: 1000 + caller }),
      );
      const held = await users.get("x1");
      assert.equal(held?.name, `At ${CALLERS - 1}`);
      assert.equal(held.versionMs, 1000 + CALLERS - 1);
    },
  },
]);
