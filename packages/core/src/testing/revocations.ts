import assert from "node:assert/strict";
import { race } from "./checks.ts";
import { START_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link RevocationStore} does: times that only grow, key by key. */
export const revocationStoreConformance = storeGroup("revocations", [
  {
    title: "answers 0 for what was never revoked",
    async run(revocations) {
      assert.deepEqual(await revocations.read(["user:u1", "tenant:t1"]), [0, 0]);
      assert.deepEqual(await revocations.read([]), []);
    },
  },
  {
    title: "answers in the order asked, repeated keys included",
    async run(revocations) {
      await revocations.raise(["a"], START_MS);
      await revocations.raise(["b"], START_MS + 1);
      assert.deepEqual(await revocations.read(["b", "x", "a", "b"]), [
        START_MS + 1,
        0,
        START_MS,
        START_MS + 1,
      ]);
    },
  },
  {
    title: "raises several keys at once and leaves others alone",
    async run(revocations) {
      await revocations.raise(["user:u1", "session:s1"], START_MS);
      assert.deepEqual(await revocations.read(["user:u1", "session:s1", "user:u2"]), [
        START_MS,
        START_MS,
        0,
      ]);
      await revocations.raise([], START_MS);
    },
  },
  {
    title: "never lowers a time",
    async run(revocations) {
      await revocations.raise(["user:u1"], START_MS + 10);
      await revocations.raise(["user:u1"], START_MS);
      assert.deepEqual(await revocations.read(["user:u1"]), [START_MS + 10]);
      await revocations.raise(["user:u1"], START_MS + 20);
      assert.deepEqual(await revocations.read(["user:u1"]), [START_MS + 20]);
    },
  },
  {
    title: "keeps the latest of many times that come at once",
    async run(revocations) {
      await race((caller) => revocations.raise(["user:u1"], START_MS + ((caller * 37) % 100)));
      assert.deepEqual(await revocations.read(["user:u1"]), [START_MS + 99]);
    },
  },
  {
    title: "tells keys apart that differ only in case or by a suffix",
    async run(revocations) {
      await revocations.raise(["user:u1"], START_MS);
      assert.deepEqual(
        await revocations.read(["user:U1", "user:u11", "user:u", "USER:u1"]),
        [0, 0, 0, 0],
      );
    },
  },
]);
