import { describe, expect, test } from "vitest";
import { observe } from "../../src/telemetry/observe.ts";
import type { OperationFacts, Telemetry } from "../../src/telemetry/telemetry.ts";

const broken = () => {
  throw new Error("the telemetry is broken");
};
const rejecting = (): never => Promise.reject(new Error("the telemetry is broken")) as never;

const BROKEN: readonly (readonly [name: string, telemetry: Telemetry])[] = [
  ["throws at the beginning", { begin: broken }],
  ["rejects at the beginning", { begin: rejecting }],
  ["gives nothing", { begin: () => undefined as never }],
  ["throws before the work", { begin: () => ({ within: broken, end: () => undefined }) }],
  [
    "throws after the work",
    {
      begin: () => ({
        within(work) {
          work();
          broken();
        },
        end: () => undefined,
      }),
    },
  ],
  ["rejects around the work", { begin: () => ({ within: rejecting, end: () => undefined }) }],
  ["never does the work", { begin: () => ({ within: () => undefined, end: () => undefined }) }],
  [
    "does the work twice",
    {
      begin: () => ({
        within(work) {
          work();
          work();
        },
        end: () => undefined,
      }),
    },
  ],
  ["throws at the end", { begin: () => ({ end: broken }) }],
  ["rejects at the end", { begin: () => ({ end: rejecting }) }],
];

/** Work that counts how often it is done. */
function counted() {
  let runs = 0;
  return {
    runs: () => runs,
    work: async () => {
      runs += 1;
      await Promise.resolve();
      return "the result";
    },
  };
}

describe.each(BROKEN)("a telemetry that %s", (_, telemetry) => {
  test("changes nothing about the work, which is done once", async () => {
    const { work, runs } = counted();
    const result = await observe(telemetry, "authenticate", {
      work,
      facts: () => ({ outcome: "anonymous" }),
    }).catch(String);
    expect([result, runs()]).toEqual(["the result", 1]);
  });

  test("changes nothing about work that fails", async () => {
    const failing = observe(telemetry, "authenticate", {
      work: () => Promise.reject(new Error("a mistake of ours")),
      facts: () => ({ outcome: "anonymous" }),
    });
    await expect(failing).rejects.toThrow("a mistake of ours");
  });
});

describe("an operation", () => {
  test("without telemetry is the work itself", () => {
    const promise = Promise.resolve();
    const observed = observe(undefined, "authenticate", {
      work: () => promise,
      facts: () => ({ outcome: "anonymous" }),
    });
    expect(observed).toBe(promise);
  });

  test("ends with what became of the work", async () => {
    const ended: OperationFacts[] = [];
    const telemetry: Telemetry = { begin: () => ({ end: (facts) => ended.push(facts) }) };
    const facts = () => ({ outcome: "fetched" }) as const;
    await observe(telemetry, "key_fetch", { work: async () => 1, facts });
    await observe(telemetry, "key_fetch", { work: () => Promise.reject(new Error()), facts }).catch(
      () => undefined,
    );
    expect(ended).toEqual([{ outcome: "fetched" }, { outcome: "failed" }]);
  });
});
