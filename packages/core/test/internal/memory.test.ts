import { describe, expect, test } from "vitest";
import { withDeadline } from "../../src/internal/deadline.ts";
import { createLru } from "../../src/internal/lru.ts";
import { createSingleFlight } from "../../src/internal/single-flight.ts";
import { createTokenBucket } from "../../src/tokens/token-bucket.ts";

describe("a bounded map", () => {
  test("forgets what was not used for longest", () => {
    const lru = createLru<number>(2);
    lru.set("a", 1);
    lru.set("b", 2);
    lru.get("a");
    lru.set("c", 3);
    expect([lru.get("a"), lru.get("b"), lru.get("c"), lru.size]).toEqual([1, undefined, 3, 2]);
  });

  test("replaces without growing", () => {
    const lru = createLru<number>(2);
    for (const value of [1, 2, 3]) lru.set("a", value);
    lru.set("b", 4);
    expect([lru.get("a"), lru.get("b")]).toEqual([3, 4]);
    lru.delete("a");
    expect(lru.size).toBe(1);
    lru.clear();
    expect(lru.size).toBe(0);
  });

  test("of no capacity holds nothing", () => {
    const lru = createLru<number>(0);
    lru.set("a", 1);
    expect(lru.get("a")).toBe(undefined);
  });
});

describe("a single flight", () => {
  test("runs once for all who ask at the same time, and again afterwards", async () => {
    const flights = createSingleFlight<number>();
    let runs = 0;
    const work = () => Promise.resolve((runs += 1));
    expect(await Promise.all([flights.run("a", work), flights.run("a", work)])).toEqual([1, 1]);
    expect(await flights.run("a", work)).toBe(2);
  });

  test("keeps keys apart", async () => {
    const flights = createSingleFlight<string>();
    const answers = ["a", "b"].map((key) => flights.run(key, () => Promise.resolve(key)));
    expect(await Promise.all(answers)).toEqual(["a", "b"]);
  });

  test("shares a failure and does not remember it", async () => {
    const flights = createSingleFlight<string>();
    const fail = () => Promise.reject(new Error("down"));
    const answers = await Promise.allSettled([flights.run("a", fail), flights.run("a", fail)]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await flights.run("a", () => Promise.resolve("up"))).toBe("up");
  });
});

describe("a deadline", () => {
  test("passes results and failures on", async () => {
    expect(await withDeadline(Promise.resolve(1), 1000)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error("down")), 1000)).rejects.toThrow("down");
  });

  test("ends the wait", async () => {
    await expect(withDeadline(new Promise(() => {}), 10)).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });
});

describe("a token bucket", () => {
  const bucketAt = () => {
    const clock = { nowMs: 0 };
    const bucket = createTokenBucket({ capacity: 2, refillMs: 10, nowMs: () => clock.nowMs });
    const takeAll = () => {
      let taken = 0;
      while (bucket.take()) taken += 1;
      return taken;
    };
    return { clock, takeAll };
  };

  test("gives its burst, then one every interval, and never more than its burst", () => {
    const { clock, takeAll } = bucketAt();
    expect(takeAll()).toBe(2);
    clock.nowMs = 9;
    expect(takeAll()).toBe(0);
    clock.nowMs = 10;
    expect(takeAll()).toBe(1);
    clock.nowMs = 1000;
    expect(takeAll()).toBe(2);
    clock.nowMs = 1009;
    expect(takeAll()).toBe(0);
  });

  test("goes on when the clock is set back", () => {
    const { clock, takeAll } = bucketAt();
    clock.nowMs = 1_000_000;
    expect(takeAll()).toBe(2);
    clock.nowMs = 0;
    expect(takeAll()).toBe(0);
    clock.nowMs = 10;
    expect(takeAll()).toBe(1);
  });
});
