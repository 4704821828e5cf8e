import { describe, expect, test } from "vitest";
import { createSessions } from "../../src/sessions/sessions.ts";
import { sha256 } from "../../src/internal/encoding.ts";
import { identityOf } from "./kit.ts";
import {
  begin,
  broken,
  createProcess,
  issued,
  LIMITS,
  setUp,
  startOf,
  valueOf,
} from "./session-kit.ts";

describe.each(["stored", "sealed"] as const)("a %s session", (mode) => {
  test("begins with a fresh id and is read back from its cookie", async () => {
    const { sessions } = setUp({ mode });
    const [first, second] = [await begin(sessions), await begin(sessions)];
    expect(first.session.id).toMatch(/^ses_[\w-]{22}$/);
    expect(first.session.id).not.toBe(second.session.id);
    expect(first.value).not.toBe(second.value);
    const read = await sessions.read(first.value);
    expect(read).toMatchObject({
      kind: "session",
      session: { id: first.session.id },
      setCookies: [],
    });
  });

  test("row 21: has a cookie that only this host can set and no script can read", async () => {
    const { sessions } = setUp({ mode });
    const begun = await sessions.begin(startOf());
    expect(begun.ok && begun.value.setCookies).toEqual([
      expect.stringMatching(
        /^__Host-tenantry=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=604800$/,
      ),
    ]);
    expect(sessions.cookieName).toBe("__Host-tenantry");
  });

  test("row 17: is refused to what is not a person's finished sign-in", async () => {
    const { sessions } = setUp({ mode });
    const machine = identityOf({ kind: "service" });
    expect(await sessions.begin(startOf({ identity: machine }))).toEqual({
      ok: false,
      reason: "session_not_a_person",
    });
  });

  test.each(["", "x", "a".repeat(43), "1.aaaaaaaa.aaaa", "%", "é".repeat(43), "a".repeat(9000)])(
    "is not what the cookie value %j stands for, and that cookie stays",
    async (value) => {
      const { sessions } = setUp({ mode });
      await begin(sessions);
      expect(await sessions.read(value)).toEqual({
        kind: "invalid",
        reason: "session_unknown",
        setCookies: [],
      });
    },
  );

  test("ends at its absolute limit however much it is used", async () => {
    const { sessions, clock } = setUp({ mode });
    let { value } = await begin(sessions);
    for (let hour = 0; hour < 7 * 24 - 1; hour += 1) {
      clock.advance(3_600_000);
      const read = await sessions.read(value);
      expect(read.kind).toBe("session");
      if (read.setCookies.length > 0) value = valueOf(read.setCookies);
    }
    clock.advance(3_599_999);
    expect((await sessions.peek(value)).kind).toBe("session");
    clock.advance(1);
    expect((await sessions.read(value)).kind).toBe("invalid");
  });

  test("ends when nobody used it for the idle time", async () => {
    const { sessions, clock } = setUp({ mode });
    const { value } = await begin(sessions);
    clock.advance(LIMITS.idleMs - 1);
    expect((await sessions.peek(value)).kind).toBe("session");
    clock.advance(1);
    expect((await sessions.read(value)).kind).toBe("invalid");
  });

  test("row 18: stays ended after a sign-out, also for a cookie that comes late", async () => {
    const { sessions } = setUp({ mode });
    const { session, value } = await begin(sessions);
    expect(await sessions.end(session)).toEqual([
      "__Host-tenantry=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    ]);
    const read = await sessions.read(value);
    expect(read).toMatchObject({ kind: "invalid", setCookies: [] });
    expect((await sessions.peek(value)).kind).toBe("invalid");
  });

  test("row 18: cannot be rotated back to life after a sign-out", async () => {
    const { sessions } = setUp({ mode });
    const { session } = await begin(sessions);
    await sessions.end(session);
    expect(await sessions.rotate(session, { entered: null })).toEqual({
      ok: false,
      reason: "session_ended",
    });
  });

  test("row 19: gets a new id and cookie when it is rotated, and the old ones are worth nothing", async () => {
    const { sessions } = setUp({ mode });
    const before = await begin(sessions);
    const after = issued(await sessions.rotate(before.session, { tenantId: "tnt_globex" }));
    expect(after.session.id).not.toBe(before.session.id);
    expect(after.value).not.toBe(before.value);
    expect((await sessions.read(before.value)).kind).toBe("invalid");
    expect(await sessions.read(after.value)).toMatchObject({
      kind: "session",
      session: { tenantId: "tnt_globex", userId: "usr_ada" },
    });
  });

  test("row 42: has one successor, however many rotate it at once", async () => {
    const { sessions } = setUp({ mode });
    const { session } = await begin(sessions);
    const rotated = await Promise.all(
      ["tnt_acme", "tnt_globex", "tnt_acme"].map((tenantId) =>
        sessions.rotate(session, { tenantId }),
      ),
    );
    expect(rotated.filter(({ ok: isDone }) => isDone)).toHaveLength(1);
  });

  test("does not live longer because it was rotated", async () => {
    const { sessions, clock } = setUp({ mode });
    const before = await begin(sessions);
    clock.advance(3_600_000);
    const after = issued(await sessions.rotate(before.session, {}));
    expect(after.session.expiresAtMs).toBe(before.session.expiresAtMs);
    expect(after.session.createdAtMs).toBe(before.session.createdAtMs);
  });

  test("ends with everything else the person has, when that is revoked", async () => {
    const { sessions, stores, clock } = setUp({ mode });
    const { value } = await begin(sessions);
    clock.advance(1000);
    await stores.revocations.raise(["user:usr_ada"], clock.nowMs());
    expect(await sessions.read(value)).toMatchObject({
      kind: "invalid",
      reason: "session_revoked",
    });
    clock.advance(1000);
    expect((await sessions.read((await begin(sessions)).value)).kind).toBe("session");
  });

  test("of another person stays when one person's are revoked", async () => {
    const { sessions, stores, clock } = setUp({ mode });
    const { value } = await begin(sessions, startOf({ userId: "usr_bob" }));
    await stores.revocations.raise(["user:usr_ada"], clock.nowMs() + 1000);
    expect((await sessions.read(value)).kind).toBe("session");
  });

  test("is neither there nor gone when the store cannot answer", async () => {
    const { clock, stores, sessions } = setUp({ mode });
    const { session, value } = await begin(sessions);
    const down = createProcess({
      clock,
      mode,
      stores: {
        ...stores,
        sessions: broken(stores.sessions),
        revocations: broken(stores.revocations),
      },
    });
    const unavailable = { kind: "unavailable", reason: "store_unavailable", setCookies: [] };
    expect(await down.sessions.read(value)).toEqual(unavailable);
    expect(await down.sessions.peek(value)).toEqual(unavailable);
    await expect(down.sessions.end(session)).rejects.toThrow(/down/);
    expect(await down.sessions.rotate(session, {})).toEqual({
      ok: false,
      reason: "store_unavailable",
    });
  });

  test("is neither there nor gone when nobody knows what was revoked", async () => {
    const { clock, stores, sessions } = setUp({ mode });
    const { value } = await begin(sessions);
    const revocations = { ...stores.revocations, read: async () => [] };
    const odd = createProcess({ clock, mode, stores: { ...stores, revocations } });
    expect((await odd.sessions.read(value)).kind).not.toBe("session");
  });

  test("does not end because another provider, issuer or person signed out there", async () => {
    const { sessions } = setUp({ mode });
    const identity = identityOf({ sessionId: "sid-1" });
    const { value } = await begin(sessions, startOf({ identity }));
    const key = { instance: "acme-idp", issuer: identity.issuer, sessionId: "sid-1" };
    await sessions.endByVendor({ ...key, instance: "other" });
    await sessions.endByVendor({ ...key, issuer: "https://other.example" });
    await sessions.endByVendor({ ...key, sessionId: "sid-2" });
    await sessions.endByVendor({ instance: key.instance, issuer: key.issuer, subject: "bob" });
    expect((await sessions.read(value)).kind).toBe("session");
  });

  test.each([{ sessionId: "sid-1" }, { subject: "subject-of-ada" }])(
    "ends when the provider signs out %j",
    async (named) => {
      const { sessions, clock } = setUp({ mode });
      const identity = identityOf({ sessionId: "sid-1" });
      const { value } = await begin(sessions, startOf({ identity }));
      clock.advance(1000);
      await sessions.endByVendor({ instance: "acme-idp", issuer: identity.issuer, ...named });
      expect((await sessions.read(value)).kind).toBe("invalid");
    },
  );

  test("keeps a sign-in time that lies in the future from counting as fresh for ever", async () => {
    const { sessions, clock } = setUp({ mode });
    const identity = identityOf({ authentication: { method: "sso", atMs: clock.nowMs() + 1e9 } });
    const { session } = await begin(sessions, startOf({ identity }));
    expect(session.authentication.atMs).toBe(clock.nowMs());
  });

  test("can be looked at without being written", async () => {
    const { sessions, clock } = setUp({ mode });
    const { value } = await begin(sessions);
    clock.advance(3_600_000);
    const before = await sessions.peek(value);
    expect(before).toMatchObject({ setCookies: [] });
    expect(await sessions.peek(value)).toEqual(before);
  });

  test("appears in its person's list", async () => {
    const { sessions } = setUp({ mode });
    const { session } = await begin(sessions);
    const other = await begin(sessions, startOf({ userId: "usr_bob" }));
    const listed = await sessions.list(session);
    expect(listed.map(({ id }) => id)).toContain(session.id);
    expect(listed.map(({ id }) => id)).not.toContain(other.session.id);
  });

  test("never has a vendor token in its cookie or log", async () => {
    const { sessions, logs } = setUp({ mode });
    const tokens = { refreshToken: "vendor-refresh-token", idToken: "vendor-id-token" };
    const { session, value } = await begin(sessions, startOf({ tokens }));
    const visible = JSON.stringify([session, value, logs]);
    expect(visible).not.toContain("vendor-refresh-token");
    expect(visible).not.toContain("vendor-id-token");
  });
});

describe("a stored session", () => {
  test("is known to the store by the hash of its secret only", async () => {
    const { sessions, stores } = setUp();
    const { session, value } = await begin(sessions);
    expect(value).toMatch(/^[\w-]{43}$/);
    const stored = await stores.sessions.get(session.id);
    expect(stored?.secretHash).toBe(await sha256(value));
    expect(JSON.stringify(stored)).not.toContain(value);
    expect((await sessions.read(stored?.secretHash ?? "")).kind).toBe("invalid");
    expect((await sessions.read(session.id)).kind).toBe("invalid");
  });

  test("has its last use written down at most once a minute", async () => {
    const { sessions, stores, clock } = setUp();
    const { session, value } = await begin(sessions);
    clock.advance(59_999);
    await sessions.read(value);
    expect((await stores.sessions.get(session.id))?.version).toBe(1);
    clock.advance(1);
    await sessions.read(value);
    await sessions.read(value);
    const stored = await stores.sessions.get(session.id);
    expect(stored).toMatchObject({ version: 2, lastSeenAtMs: clock.nowMs() });
  });

  test("is written once by many requests at the same time, and all of them succeed", async () => {
    const { sessions, stores, clock } = setUp();
    const { session, value } = await begin(sessions);
    clock.advance(60_000);
    const reads = await Promise.all(Array.from({ length: 20 }, () => sessions.read(value)));
    expect(reads.every(({ kind }) => kind === "session")).toBe(true);
    expect((await stores.sessions.get(session.id))?.version).toBe(2);
  });

  test("row 42: has one successor, however many rotate it at the same time", async () => {
    const { sessions, stores } = setUp();
    const { session } = await begin(sessions);
    const rotations = await Promise.all(
      Array.from({ length: 10 }, () => sessions.rotate(session, {})),
    );
    expect(rotations.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await stores.sessions.listByUser("usr_ada")).toHaveLength(1);
  });

  test("that ended or was idle for too long is not in the list", async () => {
    const { sessions, clock } = setUp();
    await begin(sessions);
    clock.advance(LIMITS.idleMs);
    const [ended, current] = [await begin(sessions), await begin(sessions)];
    await sessions.end(ended.session);
    const listed = await sessions.list(current.session);
    expect(listed.map(({ id }) => id)).toEqual([current.session.id]);
  });

  test("raises the epoch of the provider's session, for bearer tokens of the same one", async () => {
    const { sessions, stores, clock } = setUp();
    const raised: string[] = [];
    const revocations = {
      ...stores.revocations,
      raise: async (keys: readonly string[]) => void raised.push(...keys),
    };
    const process = createProcess({ clock, stores: { ...stores, revocations } });
    await process.sessions.endByVendor({ instance: "i", issuer: "iss", sessionId: "sid" });
    expect(raised).toEqual([expect.stringMatching(/^vendor_session:i:/)]);
    expect(sessions.clear()).toEqual(process.sessions.clear());
  });
});

describe("a sealed session", () => {
  test("is sealed anew for its idle limit at most once a minute", async () => {
    const { sessions, clock } = setUp({ mode: "sealed" });
    const { value } = await begin(sessions);
    clock.advance(59_999);
    expect((await sessions.read(value)).setCookies).toEqual([]);
    clock.advance(1);
    const read = await sessions.read(value);
    const renewed = valueOf(read.setCookies);
    clock.advance(LIMITS.idleMs - 1);
    expect((await sessions.read(renewed)).kind).toBe("session");
    expect((await sessions.read(value)).kind).toBe("invalid");
  });

  test("is unreadable to a process with another secret or cookie name", async () => {
    const { sessions } = setUp({ mode: "sealed" });
    const { value } = await begin(sessions);
    expect(
      (await sessions.read(value.replace(/.$/, (end) => (end === "A" ? "B" : "A")))).kind,
    ).toBe("invalid");
    expect(value).not.toContain("usr_ada");
  });

  test("that does not fit into a cookie is refused, not lost", async () => {
    const { sessions } = setUp({ mode: "sealed" });
    const permissions = Array.from({ length: 400 }, (_, index) => `resource-${index}:write`);
    expect(await sessions.begin(startOf({ permissions }))).toEqual({
      ok: false,
      reason: "cookie_too_large",
    });
  });

  test("switches tenants through a sign-in only", async () => {
    const { sessions } = setUp({ mode: "sealed" });
    const { session } = await begin(sessions);
    const target = { tenantId: "tnt_globex", tenant: { external: "org_globex" } };
    expect(await sessions.switchTo(session, target)).toEqual({ kind: "sign_in" });
  });
});

describe("sessions", () => {
  test.each([
    { absoluteMs: 0, idleMs: 1 },
    { absoluteMs: 1, idleMs: 0 },
    { absoluteMs: Number.NaN, idleMs: 1 },
  ])("refuse the limits %j at start", (limits) => {
    const { stores, clock } = setUp();
    const runtime = { nowMs: clock.nowMs, randomBytes: (n: number) => new Uint8Array(n), log() {} };
    expect(() =>
      createSessions({
        mode: "stored",
        cookieName: "tenantry",
        limits,
        store: stores.sessions,
        revocations: stores.revocations,
        replay: stores.replay,
        sealer: { seal: async () => "", open: async () => null },
        runtime,
      }),
    ).toThrow(/session\./);
  });
});
