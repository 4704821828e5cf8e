import { beforeEach, describe, expect, test, vi } from "vitest";
import type { LogEvent } from "../../src/log.ts";
import { createSignatureVerifier } from "../../src/tokens/default-signatures.ts";
import { createFixedKeySet, createKeySet, type KeySet } from "../../src/tokens/key-set.ts";
import { createEndpoint, JWKS_URI, signer, START_MS } from "./kit.ts";

const MINUTE = 60_000;
const current = signer("ES256", "current");
const next = signer("ES256", "next");
const signatures = createSignatureVerifier();

let clock: { nowMs: number };
let logs: LogEvent[];
let endpoint: ReturnType<typeof createEndpoint>;
let keySet: KeySet;

const open = (options: { staleIfErrorSeconds?: number; timeoutMs?: number } = {}) =>
  createKeySet(JWKS_URI, {
    fetch: endpoint.fetch,
    nowMs: () => clock.nowMs,
    log: (event) => logs.push(event),
    signatures,
    ...options,
  });

beforeEach(() => {
  clock = { nowMs: START_MS };
  logs = [];
  endpoint = createEndpoint(current);
  keySet = open();
});

/** "ok" or the reason. Null asks for a token without kid. */
const ask = async (kid: string | null = "current") => {
  const found = await keySet.find(kid ?? undefined, "ES256");
  return found.ok ? "ok" : found.reason;
};
const fetches = () => endpoint.calls.length;
/** Lets a refresh that nobody waits for come to its end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const unique = (answers: readonly string[]) => [...new Set(answers)];
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_none, index) => make(index));
const inSequence = async (count: number, kidAt: (index: number) => string) => {
  const answers: string[] = [];
  // oxlint-disable-next-line no-await-in-loop -- in sequence is the point
  for (let index = 0; index < count; index += 1) answers.push(await ask(kidAt(index)));
  return unique(answers);
};

describe("a key set costs its issuer", () => {
  test("one request for a thousand who ask at the start", async () => {
    expect(unique(await Promise.all(times(1000, () => ask())))).toEqual(["ok"]);
    expect(fetches()).toBe(1);
  });

  test("one more for a thousand who ask for one unknown key", async () => {
    await ask();
    expect(unique(await Promise.all(times(1000, () => ask("forged"))))).toEqual(["key_unknown"]);
    expect(fetches()).toBe(2);
  });

  test("two more for a thousand unknown keys", async () => {
    await ask();
    expect(unique(await Promise.all(times(1000, (index) => ask(`forged-${index}`))))).toEqual([
      "key_unknown",
    ]);
    expect(fetches()).toBe(3);
  });

  test("two more for fifty unknown keys in sequence, then two in thirty seconds", async () => {
    await ask();
    expect(await inSequence(50, (index) => `forged-${index}`)).toEqual(["key_unknown"]);
    expect(fetches()).toBe(3);
    for (let second = 1; second <= 30; second += 1) {
      clock.nowMs += 1000;
      // oxlint-disable-next-line no-await-in-loop -- second by second
      await ask(`forged-later-${second}`);
    }
    expect(fetches()).toBe(5);
  });

  test("nothing for an unknown key that it has just been asked for", async () => {
    await ask();
    expect(await inSequence(50, () => "forged")).toEqual(["key_unknown"]);
    expect(fetches()).toBe(2);
    clock.nowMs += MINUTE;
    await ask("forged");
    expect(fetches()).toBe(3);
  });

  test("nothing for known keys, and nothing for keys without a kid that are there", async () => {
    await ask();
    await Promise.all(times(100, () => ask(null)));
    expect(fetches()).toBe(1);
  });
});

describe("rotation", () => {
  test("makes a new key usable in one round trip", async () => {
    await ask();
    endpoint.keys = [current.jwk, next.jwk];
    expect(await ask("next")).toBe("ok");
    expect(fetches()).toBe(2);
  });

  test("makes a new key usable for everybody who waits for it", async () => {
    await ask();
    endpoint.keys = [current.jwk, next.jwk];
    expect(unique(await Promise.all(times(100, () => ask("next"))))).toEqual(["ok"]);
    expect(fetches()).toBe(2);
  });

  test("makes a new key usable within fifteen seconds under a flood of forged ones", async () => {
    await ask();
    await inSequence(50, (index) => `forged-${index}`);
    endpoint.keys = [current.jwk, next.jwk];
    expect(await ask("next")).toBe("key_unknown");
    clock.nowMs += 15_000;
    await ask("forged-again");
    expect(await ask("next")).toBe("ok");
  });

  test("forgets that a key was unknown at any refresh", async () => {
    await ask();
    await ask("next"); // before it is published
    expect(await ask("next")).toBe("key_unknown");
    endpoint.keys = [current.jwk, next.jwk];
    await ask("another-unknown");
    expect(await ask("next")).toBe("ok");
  });

  test("refuses a removed key within ten minutes, and says so to what it verified", async () => {
    endpoint.keys = [current.jwk, next.jwk];
    const found = await keySet.find("current", "ES256");
    const key = found.ok ? found.value : null;
    endpoint.keys = [next.jwk];
    clock.nowMs += 10 * MINUTE;
    expect(key?.isRetired()).toBe(false);
    expect(await ask("current")).toBe("key_unknown");
    expect(key?.isRetired()).toBe(true);
  });

  test("refuses a removed key after ten minutes even if nobody asked in between", async () => {
    await ask();
    endpoint.keys = [next.jwk];
    clock.nowMs += 24 * 60 * MINUTE;
    expect(await ask("current")).toBe("key_unknown");
  });

  test("retires a key that is published anew under the same kid", async () => {
    const found = await keySet.find("current", "ES256");
    endpoint.keys = [{ ...next.jwk, kid: "current" }];
    clock.nowMs += 10 * MINUTE;
    expect(await ask("current")).toBe("ok");
    expect(found.ok && found.value.isRetired()).toBe(true);
  });

  test("retires a key that is no longer meant for signatures", async () => {
    const found = await keySet.find("current", "ES256");
    endpoint.keys = [{ ...current.jwk, use: "enc" }];
    clock.nowMs += 10 * MINUTE;
    expect(await ask("current")).toBe("key_unknown");
    expect(found.ok && found.value.isRetired()).toBe(true);
  });

  test("keeps a key whose neighbours change, whatever the order of its members", async () => {
    const found = await keySet.find("current", "ES256");
    endpoint.keys = [next.jwk, Object.fromEntries(Object.entries(current.jwk).toReversed())];
    clock.nowMs += 10 * MINUTE;
    expect(await ask("current")).toBe("ok");
    expect(found.ok && found.value.isRetired()).toBe(false);
  });
});

describe("a refresh", () => {
  test("runs behind those who ask: nobody waits for it", async () => {
    await ask();
    endpoint.answer = () => new Promise(() => {}); // never
    clock.nowMs += 6 * MINUTE;
    expect(await ask()).toBe("ok");
    expect(await ask()).toBe("ok");
    expect(fetches()).toBe(2);
  });

  test("brings keys whose age is that of the question, not of the answer", async () => {
    endpoint.answer = () => {
      clock.nowMs += 9 * MINUTE; // a very slow answer
      return Response.json({ keys: [current.jwk] });
    };
    await ask();
    expect(fetches()).toBe(1);
    await ask();
    await settle();
    expect(fetches()).toBe(2);
  });

  test("is due when the clock was set back", async () => {
    await ask();
    clock.nowMs -= 24 * 60 * MINUTE;
    endpoint.keys = [next.jwk];
    expect(await ask("current")).toBe("key_unknown");
  });
});

describe("an outage", () => {
  test("at the start is reported as such, to all who wait, after one request", async () => {
    endpoint.down();
    expect(unique(await Promise.all(times(100, () => ask())))).toEqual(["keys_unavailable"]);
    expect(fetches()).toBe(1);
    expect(await ask()).toBe("keys_unavailable");
    expect(fetches()).toBe(1);
  });

  test("is over for us a second after it is over", async () => {
    endpoint.down();
    await ask();
    endpoint.up();
    clock.nowMs += 1000;
    expect(await ask()).toBe("ok");
  });

  test("that lasts costs one request in five seconds", async () => {
    endpoint.down();
    for (let second = 0; second < 60; second += 1) {
      // oxlint-disable-next-line no-await-in-loop -- second by second
      await ask();
      clock.nowMs += 1000;
    }
    expect(fetches()).toBe(13);
  });

  test("is survived for an hour beyond the ten minutes with the last good keys", async () => {
    await ask();
    endpoint.down();
    let lastOk = 0;
    for (let minute = 1; minute <= 75; minute += 1) {
      clock.nowMs = START_MS + minute * MINUTE - 1;
      // oxlint-disable-next-line no-await-in-loop -- minute by minute
      if ((await ask()) === "ok") lastOk = minute;
      // oxlint-disable-next-line no-await-in-loop -- the refresh behind
      await settle();
    }
    expect(lastOk).toBe(70);
    expect(await ask()).toBe("keys_unavailable");
    expect(keySet.isUsable()).toBe(false);
    expect(logs.map((line) => line.event)).toContain("keys.stale");
  });

  test("is survived only as long as configured", async () => {
    keySet = open({ staleIfErrorSeconds: 0 });
    await ask();
    endpoint.down();
    clock.nowMs += 10 * MINUTE - 1;
    expect(await ask()).toBe("ok");
    await settle();
    clock.nowMs += 1;
    expect(keySet.isUsable()).toBe(false);
    expect(await ask()).toBe("keys_unavailable");
  });

  test("that is met long after the last good answer is not survived", async () => {
    await ask();
    endpoint.down();
    clock.nowMs += 70 * MINUTE;
    expect(await ask()).toBe("keys_unavailable");
  });

  test("makes one request wait, and those after it use what is there", async () => {
    await ask();
    endpoint.down();
    clock.nowMs += 10 * MINUTE;
    expect(await ask()).toBe("ok"); // waited for the failure
    endpoint.answer = () => new Promise(() => {}); // never
    clock.nowMs += 5000;
    expect(await ask()).toBe("ok"); // must not wait
    expect(fetches()).toBe(3);
  });

  test("long ago is no reason to believe old keys", async () => {
    await ask();
    endpoint.down();
    clock.nowMs += 6 * MINUTE;
    await ask();
    await settle();
    endpoint.up();
    endpoint.keys = [next.jwk];
    clock.nowMs += 30 * MINUTE;
    expect(await ask("current")).toBe("key_unknown");
  });

  test("leaves an unknown key undecided instead of refusing it", async () => {
    await ask();
    endpoint.down();
    expect(await ask("next")).toBe("keys_unavailable");
    expect(await ask("next")).toBe("keys_unavailable");
    expect(fetches()).toBe(2);
    expect(await ask("current")).toBe("ok");
  });
});

describe("an answer that is no key set", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["an error page", () => new Response("oops", { status: 500 })],
    ["another success", () => Response.json({ keys: [current.jwk] }, { status: 201 })],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
    ],
    ["no JSON", () => new Response("<html>")],
    ["an array", () => Response.json([current.jwk])],
    ["null", () => Response.json(null)],
    ["keys that are no array", () => Response.json({ keys: { 0: current.jwk } })],
    ["nothing", () => new Response(null)],
    ["too many keys", () => Response.json({ keys: times(101, () => current.jwk) })],
    ["too many bytes", () => Response.json({ keys: [current.jwk], pad: "x".repeat(513 * 1024) })],
  ])("such as %s, is an outage", async (_what, answer) => {
    endpoint.answer = answer;
    expect(await ask()).toBe("keys_unavailable");
    expect(logs).toMatchObject([{ event: "keys.fetch_failed", level: "warn" }]);
  });

  test("does not touch the keys that are there", async () => {
    await ask();
    endpoint.answer = () => Response.json({ error: "sorry" });
    clock.nowMs += 10 * MINUTE;
    expect(await ask()).toBe("ok");
  });

  test("is not read to its end when it has none", async () => {
    let pulled = 0;
    endpoint.answer = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled += 1;
            controller.enqueue(new Uint8Array(64 * 1024).fill(32));
          },
        }),
      );
    expect(await ask()).toBe("keys_unavailable");
    expect(pulled).toBeLessThan(20);
  });

  test("is not waited for beyond the deadline, even by a fetch that ignores its signal", async () => {
    keySet = open({ timeoutMs: 30 });
    endpoint.answer = () => new Promise(() => {});
    expect(await ask()).toBe("keys_unavailable");
    expect(logs).toMatchObject([{ reason: "TimeoutError" }]);
  });

  test("asks for no redirect to be followed, and gives the fetch a signal", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() =>
      Promise.resolve(Response.json({ keys: [] })),
    );
    endpoint.fetch = fetch;
    keySet = open();
    await ask();
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
    expect(fetch.mock.calls[0]?.[1]?.signal).toBeInstanceOf(AbortSignal);
  });

  test("is told from a set of strange members, which are only ignored", async () => {
    endpoint.keys = [null, "key", 7, [], {}, { kty: "oct", kid: "current", k: "AA" }, current.jwk];
    expect(await ask()).toBe("ok");
  });
});

describe("the choice of a key", () => {
  test("needs a kid, unless exactly one key suits the algorithm", async () => {
    endpoint.keys = [current.jwk, signer("RS256").jwk];
    expect(await ask(null)).toBe("ok");
    endpoint.keys = [current.jwk, next.jwk];
    clock.nowMs += 10 * MINUTE;
    expect(await ask(null)).toBe("key_ambiguous");
  });

  test("asks once more when a token without kid finds no key at all", async () => {
    endpoint.keys = [];
    await ask("current");
    endpoint.keys = [{ ...current.jwk, kid: undefined }];
    expect(await ask(null)).toBe("ok");
  });

  test("refuses a kid that two keys share", async () => {
    endpoint.keys = [current.jwk, { ...next.jwk, kid: "current" }];
    expect(await ask()).toBe("key_ambiguous");
    endpoint = createEndpoint(current, current);
    keySet = open();
    expect(await ask()).toBe("key_ambiguous");
  });

  test("never gives a key without kid to a token with one", async () => {
    endpoint.keys = [{ ...current.jwk, kid: undefined }];
    expect(await ask("current")).toBe("key_unknown");
    expect(await ask(null)).toBe("ok");
  });

  test("refuses a kid whose key does not suit the algorithm, without asking again", async () => {
    endpoint.keys = [signer("RS256", "current").jwk];
    await ask();
    expect(await ask()).toBe("key_unknown");
    expect(fetches()).toBe(1);
  });
});

describe("keys from the configuration", () => {
  test("are found like others and never fetched", async () => {
    const fixed = createFixedKeySet([current.jwk], signatures);
    expect((await fixed.find("current", "ES256")).ok).toBe(true);
    expect(await fixed.find("next", "ES256")).toMatchObject({ reason: "key_unknown" });
    expect(fixed.isUsable()).toBe(true);
  });
});
