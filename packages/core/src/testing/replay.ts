import assert from "node:assert/strict";
import { exactlyOne, race } from "./checks.ts";
import { FAR_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link ReplayStore} does: one yes per value. */
export const replayStoreConformance = storeGroup("replay", [
  {
    title: "gives a value away once",
    async run(replay) {
      assert.equal(await replay.claim("state-1", FAR_MS), true);
      assert.equal(await replay.claim("state-1", FAR_MS), false);
      assert.equal(await replay.claim("state-1", FAR_MS + 1), false);
    },
  },
  {
    title: "row 38: says yes to exactly one of many that claim a value at once",
    async run(replay) {
      exactlyOne(await race(() => replay.claim("state-1", FAR_MS)));
    },
  },
  {
    title: "gives each value away on its own",
    async run(replay) {
      const values = ["state-1", "STATE-1", "state-1 ", "state-10", "", "x".repeat(500)];
      for (const value of values) {
        assert.equal(await replay.claim(value, FAR_MS), true, JSON.stringify(value));
      }
      for (const value of values) {
        assert.equal(await replay.claim(value, FAR_MS), false, JSON.stringify(value));
      }
    },
  },
  {
    title: "gives no value away that has expired already",
    async run(replay) {
      assert.equal(await replay.claim("state-1", 1), false);
      assert.equal(await replay.claim("state-2", Number.NaN), false);
    },
  },
]);
