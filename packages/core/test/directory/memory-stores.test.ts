import { describe, expect, test } from "vitest";
import { memoryStores } from "../../src/stores.ts";
import { auditEvent, FAR_MS, session, tenant, user } from "../../src/testing/samples.ts";

describe("memory stores", () => {
  test("hand out values that nobody can change, at any depth", async () => {
    const { tenants } = memoryStores();
    await tenants.put(tenant("acme", { domains: [{ name: "acme.example", verified: true }] }));
    const stored = await tenants.get("acme");
    expect(Object.isFrozen(stored)).toBe(true);
    expect(Object.isFrozen(stored?.domains)).toBe(true);
    expect(Object.isFrozen(stored?.domains[0])).toBe(true);
  });

  test("of two calls share nothing", async () => {
    await memoryStores().users.put(user("u1"));
    expect(await memoryStores().users.get("u1")).toBeNull();
  });

  test("use the clock of the system unless they are given one", async () => {
    const { replay } = memoryStores();
    expect(await replay.claim("past", Date.now() - 1)).toBe(false);
    expect(await replay.claim("future", Date.now() + 60_000)).toBe(true);
  });
});

describe("one-time values in memory", () => {
  test("can be claimed again once they have expired", async () => {
    const clock = { ms: 1000 };
    const { replay } = memoryStores({ nowMs: () => clock.ms });
    expect(await replay.claim("state", 2000)).toBe(true);
    clock.ms = 1999;
    expect(await replay.claim("state", 5000)).toBe(false);
    clock.ms = 2000;
    expect(await replay.claim("state", 5000)).toBe(true);
  });

  test("are forgotten after they expire, and not before", async () => {
    const clock = { ms: 0 };
    const { replay } = memoryStores({ nowMs: () => clock.ms });
    await replay.claim("kept", FAR_MS);
    // Far more than a sweep needs, most of them expired by then.
    for (let i = 0; i < 5000; i += 1) {
      clock.ms += 1;
      await replay.claim(`value-${i}`, clock.ms + 10);
    }
    expect(await replay.claim("kept", FAR_MS)).toBe(false);
    expect(await replay.claim("value-4999", FAR_MS)).toBe(false);
  });
});

describe("sessions in memory", () => {
  test("are forgotten after they expire or end, and not before", async () => {
    const clock = { ms: 1000 };
    const { sessions } = memoryStores({ nowMs: () => clock.ms });
    await sessions.insert(session("kept"));
    await sessions.insert(session("expired", { expiresAtMs: 1500 }));
    await sessions.insert(session("ended"));
    await sessions.end("ended", 1500);
    clock.ms = 2000;
    expect((await sessions.get("expired"))?.id).toBe("expired");
    for (let i = 0; i < 1100; i += 1) await sessions.insert(session(`s${i}`));
    expect(await sessions.get("expired")).toBeNull();
    expect(await sessions.get("ended")).toBeNull();
    expect((await sessions.get("kept"))?.id).toBe("kept");
    expect((await sessions.get("s0"))?.id).toBe("s0");
  });
});

describe("the audit trail in memory", () => {
  test("keeps the latest events up to its limit", async () => {
    const { audit } = memoryStores({ auditLimit: 3 });
    for (let i = 0; i < 5; i += 1) await audit.append(auditEvent(`e${i}`, { atMs: i }));
    const { items } = await audit.listByTenant("t1");
    expect(items.map((event) => event.id)).toEqual(["e4", "e3", "e2"]);
  });
});

describe("a listing in memory", () => {
  test("reads a limit that is no sensible number as a sensible one", async () => {
    const { tenants } = memoryStores();
    for (const id of ["a", "b", "c"]) await tenants.put(tenant(id));
    const count = async (limit: number) => (await tenants.list({ limit })).items.length;
    expect(await count(Number.NaN)).toBe(3);
    expect(await count(0)).toBe(1);
    expect(await count(-5)).toBe(1);
    expect(await count(1.9)).toBe(1);
    expect(await count(Number.POSITIVE_INFINITY)).toBe(3);
  });
});
