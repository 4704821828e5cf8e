import { beforeEach, describe, expect, test } from "vitest";
import type { ReplayStore } from "../../src/directory/ports.ts";
import { memoryStores } from "../../src/stores.ts";
import { takeTurn } from "../../src/webhooks/take-turn.ts";
import { NOW_MS } from "../fixtures/records.ts";

let replay: ReplayStore;
const turn = (event = "event") => takeTurn(replay, event, NOW_MS + 60_000);

beforeEach(() => {
  replay = memoryStores({ nowMs: () => NOW_MS }).replay;
});

describe("a turn", () => {
  test("is there once it was done for nobody else, however often they ask", async () => {
    await (await turn())?.done();
    expect([await turn(), await turn(), await turn()]).toEqual([null, null, null]);
    expect(await turn("another event")).not.toBeNull();
  });

  test("is there again after attempts that never worked, until one did", async () => {
    await turn();
    await turn();
    const third = await turn();
    expect(third).not.toBeNull();
    await third?.done();
    expect(await turn()).toBeNull();
  });

  test("is there for two who ask before either is done, and for nobody afterwards", async () => {
    const [first, second] = [await turn(), await turn()];
    expect(second).not.toBeNull();
    await second?.done();
    await first?.done();
    expect(await turn()).toBeNull();
  });

  test("is still there after more failures than anybody counts", async () => {
    for (let attempt = 0; attempt < 30; attempt += 1) expect(await turn()).not.toBeNull();
  });
});
