import { describe, expect, test } from "vitest";
import { memoryStores } from "../../src/directory/memory/stores.ts";
import type { SessionStore } from "../../src/directory/ports.ts";
import { ok, reject } from "../../src/internal/result.ts";
import type { RefreshAnswer } from "../../src/provider/login-flow.ts";
import { createSealer } from "../../src/sessions/seal.ts";
import { openVendorToken } from "../../src/sessions/vendor-tokens.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import { clockAt, identityOf, randomBytes, SECRET } from "./kit.ts";
import {
  begin,
  broken,
  createProcess,
  issued,
  rotatingVendor,
  setUp,
  startOf,
  tick,
  until,
  valueOf,
  type Vendor,
} from "./session-kit.ts";

/** Two processes over one store, and a vendor whose tokens work once. */
function twoProcesses(options: { readonly slowTicks?: number } = {}) {
  const clock = clockAt();
  const stores = memoryStores({ nowMs: clock.nowMs });
  const rotating = rotatingVendor(clock);
  let asked = 0;
  const vendor: Vendor = async (token, tenant) => {
    asked += 1;
    for (let waited = 0; waited < (options.slowTicks ?? 0); waited += 1) await tick();
    return rotating.vendor(token, tenant);
  };
  const make = () => createProcess({ stores, clock, vendor }).sessions;
  return { clock, rotating, asked: () => asked, first: make(), second: make() };
}

const tokensAt = (clock: { nowMs(): number }) => ({
  refreshToken: "refresh-0",
  idToken: "id-token-0",
  refreshAtSeconds: clock.nowMs() / 1000 + 300,
});

const withTokens = (clock: { nowMs(): number }) => startOf({ tokens: tokensAt(clock) });

/** Lets a test decide when the vendor answers. */
function gatedVendor(answer: () => RefreshAnswer) {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let calls = 0;
  const vendor: Vendor = async () => {
    calls += 1;
    await gate;
    return answer();
  };
  return { vendor, open: () => open(), calls: () => calls };
}

describe("renewal at the vendor", () => {
  test("waits until the vendor's token is about to end", async () => {
    const { clock, rotating, first } = twoProcesses();
    const { value } = await begin(first, withTokens(clock));
    clock.advance(269_999);
    await first.read(value);
    expect(rotating.count()).toBe(0);
    clock.advance(1);
    await first.read(value);
    expect(rotating.count()).toBe(1);
  });

  test("does not happen for a look, only for a read", async () => {
    const { clock, rotating, first } = twoProcesses();
    const { value } = await begin(first, withTokens(clock));
    clock.advance(300_000);
    await first.peek(value);
    expect(rotating.count()).toBe(0);
  });

  test("never happens without a refresh token", async () => {
    const { clock, rotating, first } = twoProcesses();
    const { value } = await begin(first, startOf({ tokens: { idToken: "only-an-id-token" } }));
    clock.advance(3_600_000);
    expect((await first.read(value)).kind).toBe("session");
    expect(rotating.count()).toBe(0);
  });

  test("goes on for as long as the session lives, one token after the other", async () => {
    const { clock, rotating, first, second } = twoProcesses();
    const { value } = await begin(first, withTokens(clock));
    for (let turn = 1; turn <= 20; turn += 1) {
      clock.advance(300_000);
      expect((await (turn % 2 === 0 ? first : second).read(value)).kind).toBe("session");
      expect(rotating.count()).toBe(turn);
    }
  });

  test("brings the roles of today into the session", async () => {
    const clock = clockAt();
    const { vendor } = rotatingVendor(clock, () =>
      identityOf({ roles: ["admin"], sessionId: "sid-2" }),
    );
    const stores = memoryStores({ nowMs: clock.nowMs });
    const { sessions } = createProcess({ stores, clock, vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    expect(await sessions.read(value)).toMatchObject({
      session: { id: session.id, roles: ["admin"], vendorSessionId: "sid-2" },
      setCookies: [],
    });
    expect(await stores.sessions.get(session.id)).toMatchObject({ roles: ["admin"] });
  });

  test("keeps what was known when the vendor says nothing new about the person", async () => {
    const clock = clockAt();
    const { vendor, count } = rotatingVendor(clock, () => null);
    const stores = memoryStores({ nowMs: clock.nowMs });
    const { sessions } = createProcess({ stores, clock, vendor });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    expect(await sessions.read(value)).toMatchObject({ session: { roles: ["member"] } });
    clock.advance(300_000);
    expect((await sessions.read(value)).kind).toBe("session");
    expect(count()).toBe(2);
  });

  test("keeps the token before if the vendor gives no new one", async () => {
    const seen: string[] = [];
    const { sessions, clock } = setUp({
      vendor: async (token) => {
        seen.push(token);
        return { kind: "refreshed", identity: identityOf(), tokens: {} };
      },
    });
    const { value } = await begin(sessions, withTokens(clock));
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance(300_000);
      expect((await sessions.read(value)).kind).toBe("session");
    }
    expect(seen).toEqual(["refresh-0", "refresh-0", "refresh-0"]);
  });

  test("names the session's tenant to the vendor", async () => {
    const named: (string | undefined)[] = [];
    const { sessions, clock } = setUp({
      vendor: async (_token, tenant) => {
        named.push(tenant);
        return { kind: "refreshed", identity: identityOf(), tokens: {} };
      },
    });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    await sessions.read(value);
    expect(named).toEqual(["org_acme"]);
  });
});

describe("a race for the renewal", () => {
  test("row 15: twenty requests of one session cause one refresh and all use its result", async () => {
    const { clock, rotating, first } = twoProcesses({ slowTicks: 20 });
    const { value } = await begin(first, withTokens(clock));
    clock.advance(300_000);
    const reads = await Promise.all(Array.from({ length: 20 }, () => first.read(value)));
    expect(reads.every(({ kind }) => kind === "session")).toBe(true);
    expect(rotating.count()).toBe(1);
    expect(rotating.isRevoked()).toBe(false);
  });

  test("row 15: fifty people who renew at the same time each get their own session", async () => {
    const clock = clockAt();
    const stores = memoryStores({ nowMs: clock.nowMs });
    const names = Array.from({ length: 50 }, (_, index) => `person-${index}`);
    const vendor: Vendor = async (token) => {
      await tick();
      const name = token.replace("refresh-of-", "");
      return {
        kind: "refreshed",
        identity: identityOf({ subject: name, roles: [name] }),
        tokens: { refreshToken: token },
      };
    };
    const { sessions } = createProcess({
      stores,
      clock,
      vendor,
      attest: async ({ subject, roles = [] }) =>
        ok({
          userId: subject,
          tenantId: "tnt_acme",
          tenantExternal: "org_acme",
          roles,
          permissions: [],
        }),
    });
    const begun = await Promise.all(
      names.map((name) =>
        begin(
          sessions,
          startOf({
            userId: name,
            identity: identityOf({ subject: name }),
            tokens: { refreshToken: `refresh-of-${name}` },
          }),
        ),
      ),
    );
    clock.advance(300_000);
    const reads = await Promise.all(begun.map(({ value }) => sessions.read(value)));
    expect(
      reads.map((read) =>
        read.kind === "session" ? [read.session.userId, read.session.roles] : read,
      ),
    ).toEqual(names.map((name) => [name, [name]]));
  });

  test("row 42: two processes cause one refresh; the second waits and uses the first one's", async () => {
    const { clock, rotating, first, second } = twoProcesses({ slowTicks: 50 });
    const { value } = await begin(first, withTokens(clock));
    clock.advance(300_000);
    const reads = await Promise.all([first.read(value), second.read(value), first.read(value)]);
    expect(reads.map(({ kind }) => kind)).toEqual(["session", "session", "session"]);
    expect(rotating.count()).toBe(1);
    expect(rotating.isRevoked()).toBe(false);
  });

  test("a process that waits too long goes on with the session it has", async () => {
    const gated = gatedVendor(() => ({ kind: "refreshed", identity: identityOf(), tokens: {} }));
    const clock = clockAt();
    const stores = memoryStores({ nowMs: clock.nowMs });
    const first = createProcess({ stores, clock, vendor: gated.vendor }).sessions;
    const second = createProcess({ stores, clock, vendor: gated.vendor }).sessions;
    const { value } = await begin(first, withTokens(clock));
    clock.advance(300_000);
    const slow = first.read(value);
    await until(() => gated.calls() === 1);
    const before = clock.nowMs();
    expect((await second.read(value)).kind).toBe("session");
    expect(clock.nowMs() - before).toBeGreaterThanOrEqual(10_000);
    expect(gated.calls()).toBe(1);
    gated.open();
    expect((await slow).kind).toBe("session");
  });

  test("a process that dies in the middle gives way after half a minute", async () => {
    const clock = clockAt();
    const stores = memoryStores({ nowMs: clock.nowMs });
    const silent = gatedVendor(() => ({ kind: "ended", reason: "never said" }));
    const dying = createProcess({ stores, clock, vendor: silent.vendor }).sessions;
    const rotating = rotatingVendor(clock);
    const alive = createProcess({ stores, clock, vendor: rotating.vendor }).sessions;
    const { value } = await begin(dying, withTokens(clock));
    clock.advance(300_000);
    void dying.read(value);
    await until(() => silent.calls() === 1);
    clock.advance(29_000);
    expect((await alive.read(value)).kind).toBe("session");
    expect(rotating.count()).toBe(1);
  });

  test("a result that comes after the lease ran out is kept, not lost", async () => {
    const clock = clockAt();
    const stores = memoryStores({ nowMs: clock.nowMs });
    const gated = gatedVendor(() => ({
      kind: "refreshed",
      identity: identityOf({ roles: ["admin"] }),
      tokens: { refreshToken: "newest" },
    }));
    const slow = createProcess({ stores, clock, vendor: gated.vendor }).sessions;
    const { session, value } = await begin(slow, withTokens(clock));
    clock.advance(300_000);
    const late = slow.read(value);
    await until(() => gated.calls() === 1);
    clock.advance(31_000);
    // Another process takes over with the old token, which the vendor no longer knows.
    const second = createProcess({
      stores,
      clock,
      vendor: async () => {
        gated.open();
        await late;
        return { kind: "ended", reason: "invalid_grant" };
      },
    }).sessions;
    expect(await second.read(value)).toMatchObject({
      kind: "session",
      session: { roles: ["admin"] },
    });
    const stored = await stores.sessions.get(session.id);
    const sealer = createSealer({ secrets: [SECRET], randomBytes, nowMs: clock.nowMs });
    expect(
      stored && (await openVendorToken(stored.vendorSession?.sealedRefreshToken, stored, sealer)),
    ).toBe("newest");
  });

  test("writing down the last use meanwhile does not cost the result", async () => {
    const clock = clockAt();
    const memory = memoryStores({ nowMs: clock.nowMs });
    const gated = gatedVendor(() => ({
      kind: "refreshed",
      identity: identityOf({ roles: ["admin"] }),
      tokens: { refreshToken: "newest" },
    }));
    const { sessions } = createProcess({ stores: memory, clock, vendor: gated.vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    const reading = sessions.read(value);
    await until(() => gated.calls() === 1);
    const leased = await memory.sessions.get(session.id);
    if (leased === null) throw new Error("gone");
    await memory.sessions.replace({ ...leased, version: leased.version + 1, lastSeenAtMs: 1 });
    gated.open();
    expect(await reading).toMatchObject({ kind: "session", session: { roles: ["admin"] } });
  });

  test("row 18: a sign-out during the refresh stands, and the late result is dropped", async () => {
    const gated = gatedVendor(() => ({
      kind: "refreshed",
      identity: identityOf({ roles: ["admin"] }),
      tokens: { refreshToken: "late" },
    }));
    const { sessions, stores, clock } = setUp({ vendor: gated.vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    const reading = sessions.read(value);
    await until(() => gated.calls() === 1);
    await sessions.end(session);
    gated.open();
    expect(await reading).toEqual({ kind: "invalid", reason: "session_ended", setCookies: [] });
    const stored = await stores.sessions.get(session.id);
    expect(stored?.endedAtMs).not.toBeNull();
    expect(stored?.roles).toEqual(["member"]);
  });

  test("rotating waits for a refresh under way and takes the newest token along", async () => {
    const { clock, rotating, asked, first, second } = twoProcesses({ slowTicks: 30 });
    const { session, value } = await begin(first, withTokens(clock));
    clock.advance(300_000);
    const reading = first.read(value);
    await until(() => asked() > 0);
    const after = issued(await second.rotate(session, {}));
    await reading;
    clock.advance(300_000);
    expect((await second.read(after.value)).kind).toBe("session");
    expect(rotating.isRevoked()).toBe(false);
  });

  test("rotating does not wait for ever", async () => {
    const silent = gatedVendor(() => ({ kind: "ended", reason: "never said" }));
    const { sessions, clock } = setUp({ vendor: silent.vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    void sessions.read(value);
    await until(() => silent.calls() === 1);
    expect(await sessions.rotate(session, {})).toEqual({
      ok: false,
      reason: "session_lease_unavailable",
    });
  });
});

describe("a vendor that cannot answer", () => {
  test.each<[string, Vendor]>([
    ["says so", async () => ({ kind: "unavailable", reason: "provider_unavailable" })],
    ["throws", () => Promise.reject(new TypeError("fetch failed: https://secret.example"))],
  ])("and %s keeps the session and is asked again later", async (_, failing) => {
    let calls = 0;
    const { sessions, clock, logs } = setUp({
      vendor: async (token, tenant) => {
        calls += 1;
        return failing(token, tenant);
      },
    });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    expect((await sessions.read(value)).kind).toBe("session");
    clock.advance(29_999);
    expect((await sessions.read(value)).kind).toBe("session");
    expect(calls).toBe(1);
    clock.advance(10_001);
    expect((await sessions.read(value)).kind).toBe("session");
    expect(calls).toBe(2);
    expect(logs.filter(({ event }) => event === "session.refresh_failed")).toHaveLength(2);
    expect(JSON.stringify(logs)).not.toContain("secret.example");
  });

  test("is left alone for as long as it asks", async () => {
    let calls = 0;
    const { sessions, clock } = setUp({
      vendor: async () => {
        calls += 1;
        return { kind: "unavailable", reason: "rate_limited", retryAfterSeconds: 600 };
      },
    });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    await sessions.read(value);
    clock.advance(599_999);
    await sessions.read(value);
    expect(calls).toBe(1);
    clock.advance(1);
    await sessions.read(value);
    expect(calls).toBe(2);
  });

  test("keeps the vendor's new token when our directory cannot answer", async () => {
    const clock = clockAt();
    const rotating = rotatingVendor(clock);
    const stores = memoryStores({ nowMs: clock.nowMs });
    let isDown = true;
    const { sessions } = createProcess({
      stores,
      clock,
      vendor: rotating.vendor,
      attest: async () =>
        isDown
          ? reject("store_unavailable")
          : ok({
              userId: "usr_ada",
              tenantId: "tnt_acme",
              tenantExternal: "org_acme",
              roles: ["admin"],
              permissions: [],
            }),
    });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    expect(await sessions.read(value)).toMatchObject({ session: { roles: ["member"] } });
    isDown = false;
    clock.advance(40_000);
    expect(await sessions.read(value)).toMatchObject({ session: { roles: ["admin"] } });
    expect(rotating.isRevoked()).toBe(false);
  });

  test("ends nothing when our store fails in the middle of it", async () => {
    const clock = clockAt();
    const memory = memoryStores({ nowMs: clock.nowMs });
    let fails = false;
    const sessionStore: SessionStore = {
      ...memory.sessions,
      replace: (session) =>
        fails ? Promise.reject(new Error("down")) : memory.sessions.replace(session),
    };
    const { sessions } = createProcess({
      clock,
      stores: { ...memory, sessions: sessionStore },
      vendor: rotatingVendor(clock).vendor,
    });
    const { value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    fails = true;
    expect(await sessions.read(value)).toMatchObject({ kind: "unavailable" });
    fails = false;
    expect((await sessions.read(value)).kind).toBe("session");
  });
});

describe("a refresh that ends the session", () => {
  const ends = async (
    answer: RefreshAnswer,
    attest?: Parameters<typeof createProcess>[0]["attest"],
  ) => {
    const { sessions, stores, clock } = setUp({
      vendor: async () => answer,
      ...(attest === undefined ? {} : { attest }),
    });
    const { session, value } = await begin(sessions, withTokens(clock));
    clock.advance(300_000);
    const read = await sessions.read(value);
    const stored = await stores.sessions.get(session.id);
    return { reason: read.kind === "invalid" ? read.reason : read.kind, stored };
  };
  const refreshed = (identity: Identity): RefreshAnswer => ({
    kind: "refreshed",
    identity,
    tokens: { refreshToken: "refresh-1" },
  });

  test("is one that the vendor refuses for its newest token", async () => {
    const { reason, stored } = await ends({ kind: "ended", reason: "invalid_grant" });
    expect(reason).toBe("session_refused_by_provider");
    expect(stored?.endedAtMs).not.toBeNull();
  });

  test.each<[string, Partial<Identity>, string]>([
    ["another issuer", { issuer: "https://other.example" }, "subject_changed"],
    ["another subject", { subject: "subject-of-bob" }, "subject_changed"],
    ["a machine", { kind: "service" }, "subject_changed"],
    ["another tenant", { tenant: { external: "org_globex" } }, "tenant_changed"],
    ["no tenant", { tenant: null }, "tenant_changed"],
  ])("is one that answers for %s", async (_, changes, expected) => {
    const { reason, stored } = await ends(refreshed(identityOf(changes)));
    expect(reason).toBe(expected);
    expect(stored?.endedAtMs).not.toBeNull();
    expect(stored?.tenantId).toBe("tnt_acme");
  });

  const attestation = {
    userId: "usr_ada",
    tenantId: "tnt_acme",
    tenantExternal: "org_acme",
    roles: [],
    permissions: [],
  };

  test.each([
    ["another person", { ...attestation, userId: "usr_bob" }, "subject_changed"],
    ["another tenant", { ...attestation, tenantId: "tnt_globex" }, "tenant_changed"],
  ])("is one that our directory knows as %s", async (_, value, expected) => {
    const { reason } = await ends(refreshed(identityOf()), async () => ok(value));
    expect(reason).toBe(expected);
  });

  test("is one that our directory refuses", async () => {
    const { reason } = await ends(refreshed(identityOf()), async () => reject("account_inactive"));
    expect(reason).toBe("account_inactive");
  });

  test("is one whose token no configured secret opens any more", async () => {
    const { sessions, stores, clock } = setUp({
      vendor: async () => ({ kind: "unavailable", reason: "x" }),
    });
    const { session, value } = await begin(sessions, withTokens(clock));
    const stored = await stores.sessions.get(session.id);
    if (stored === null || stored.vendorSession === null) throw new Error("gone");
    await stores.sessions.replace({
      ...stored,
      version: 2,
      vendorSession: { ...stored.vendorSession, sealedRefreshToken: "1.other.text" },
    });
    clock.advance(300_000);
    expect(await sessions.read(value)).toMatchObject({ reason: "vendor_token_unreadable" });
  });

  test("does not compare the token's tenant on a customer's own connection, only the directory's", async () => {
    const { sessions, clock } = setUp({
      vendor: async () => refreshed(identityOf({ tenant: null })),
    });
    const start = { ...withTokens(clock), connectionId: "con-1", tenantExternal: null };
    const { value } = await begin(sessions, start);
    clock.advance(300_000);
    expect((await sessions.read(value)).kind).toBe("session");
  });

  test("leaves a person without a tenant alone as long as there is none", async () => {
    const { sessions, clock } = setUp({
      vendor: async () => refreshed(identityOf({ tenant: null })),
      attest: async () => ok({ ...attestation, tenantId: null, tenantExternal: null }),
    });
    const start = { ...withTokens(clock), tenantId: null, tenantExternal: null };
    const { value } = await begin(sessions, start);
    clock.advance(300_000);
    expect((await sessions.read(value)).kind).toBe("session");
  });
});

describe("switching by refresh", () => {
  const target = { tenantId: "tnt_globex", tenant: { external: "org_globex" } };
  const globex = identityOf({ tenant: { external: "org_globex" }, roles: ["admin"] });
  const attestGlobex = async () =>
    ok({
      userId: "usr_ada",
      tenantId: "tnt_globex",
      tenantExternal: "org_globex",
      roles: ["admin"],
      permissions: [],
    });
  const answering = (answer: RefreshAnswer) => {
    const asked: (string | undefined)[] = [];
    const vendor: Vendor = async (_token, tenant) => {
      asked.push(tenant);
      return answer;
    };
    return { asked, vendor };
  };

  test("row 19: names the tenant, and the session moves there under a new id", async () => {
    const { asked, vendor } = answering({
      kind: "refreshed",
      identity: globex,
      tokens: { refreshToken: "refresh-1" },
    });
    const { sessions, clock } = setUp({ vendor, attest: attestGlobex });
    const { session, value } = await begin(sessions, withTokens(clock));
    const switched = await sessions.switchTo(session, target);
    expect(asked).toEqual(["org_globex"]);
    if (switched.kind !== "switched") throw new Error(switched.kind);
    expect(switched.session).toMatchObject({
      tenantId: "tnt_globex",
      tenantExternal: "org_globex",
      roles: ["admin"],
      userId: "usr_ada",
    });
    expect(switched.session.id).not.toBe(session.id);
    expect((await sessions.read(value)).kind).toBe("invalid");
    expect((await sessions.read(valueOf(switched.setCookies))).kind).toBe("session");
  });

  test.each<[string, Partial<Identity>]>([
    ["the tenant before", {}],
    ["a third tenant", { tenant: { external: "org_initech" } }],
    ["no tenant", { tenant: null }],
    ["another person", { tenant: { external: "org_globex" }, subject: "subject-of-bob" }],
    ["another issuer", { tenant: { external: "org_globex" }, issuer: "https://other.example" }],
  ])("to an answer for %s changes nothing", async (_, changes) => {
    const { vendor } = answering({
      kind: "refreshed",
      identity: identityOf(changes),
      tokens: { refreshToken: "refresh-1" },
    });
    const { sessions, clock } = setUp({ vendor, attest: attestGlobex });
    const { session, value } = await begin(sessions, withTokens(clock));
    expect((await sessions.switchTo(session, target)).kind).toBe("mismatch");
    expect(await sessions.read(value)).toMatchObject({ session: { tenantId: "tnt_acme" } });
  });

  test("accepts another subject where the vendor has one per organization", async () => {
    const identity = { ...globex, subject: "member-2", subjectScope: "tenant" as const };
    const { vendor } = answering({ kind: "refreshed", identity, tokens: {} });
    const { sessions, clock } = setUp({ vendor, attest: attestGlobex });
    const { session } = await begin(sessions, withTokens(clock));
    expect(await sessions.switchTo(session, target)).toMatchObject({
      kind: "switched",
      session: { subject: "member-2" },
    });
  });

  test.each([
    ["person", { userId: "usr_bob", tenantId: "tnt_globex" }],
    ["tenant", { userId: "usr_ada", tenantId: "tnt_acme" }],
  ])("to what our directory knows as another %s changes nothing", async (_, ids) => {
    const { vendor } = answering({ kind: "refreshed", identity: globex, tokens: {} });
    const attest = async () => ok({ ...ids, tenantExternal: null, roles: [], permissions: [] });
    const { sessions, clock } = setUp({ vendor, attest });
    const { session, value } = await begin(sessions, withTokens(clock));
    expect((await sessions.switchTo(session, target)).kind).toBe("mismatch");
    expect(await sessions.read(value)).toMatchObject({ session: { tenantId: "tnt_acme" } });
  });

  test("keeps the vendor's new token even if the switch fails", async () => {
    const clock = clockAt();
    const rotating = rotatingVendor(clock);
    const stores = memoryStores({ nowMs: clock.nowMs });
    const { sessions } = createProcess({ stores, clock, vendor: rotating.vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    expect((await sessions.switchTo(session, target)).kind).toBe("mismatch");
    clock.advance(300_000);
    expect((await sessions.read(value)).kind).toBe("session");
    expect(rotating.isRevoked()).toBe(false);
  });

  test.each<[RefreshAnswer, string]>([
    [{ kind: "ended", reason: "sso_required" }, "sign_in"],
    [{ kind: "refreshed", identity: null, tokens: {} }, "sign_in"],
    [{ kind: "unavailable", reason: "provider_unavailable" }, "unavailable"],
  ])("with the answer %j leaves the session as it is", async (answer, kind) => {
    const { vendor } = answering(answer);
    const { sessions, stores, clock } = setUp({ vendor });
    const { session, value } = await begin(sessions, withTokens(clock));
    expect((await sessions.switchTo(session, target)).kind).toBe(kind);
    expect((await sessions.read(value)).kind).toBe("session");
    expect((await stores.sessions.get(session.id))?.vendorSession?.leaseUntilMs).toBeNull();
  });

  test.each([
    ["store_unavailable", "unavailable"],
    ["membership_inactive", "mismatch"],
  ])("that the directory answers with %s changes nothing", async (reason, kind) => {
    const { vendor } = answering({ kind: "refreshed", identity: globex, tokens: {} });
    const { sessions, clock } = setUp({ vendor, attest: async () => reject(reason) });
    const { session, value } = await begin(sessions, withTokens(clock));
    expect((await sessions.switchTo(session, target)).kind).toBe(kind);
    expect(await sessions.read(value)).toMatchObject({ session: { tenantId: "tnt_acme" } });
  });

  test("is unavailable while the store is, or another process renews the session", async () => {
    const gated = gatedVendor(() => ({ kind: "refreshed", identity: globex, tokens: {} }));
    const clock = clockAt();
    const stores = memoryStores({ nowMs: clock.nowMs });
    const { sessions } = createProcess({ stores, clock, vendor: gated.vendor });
    const { session } = await begin(sessions, withTokens(clock));
    const first = sessions.switchTo(session, target);
    await until(() => gated.calls() === 1);
    const second = createProcess({ stores, clock, vendor: gated.vendor }).sessions;
    expect((await second.switchTo(session, target)).kind).toBe("unavailable");
    const down = { ...stores, sessions: broken(stores.sessions) };
    const third = createProcess({ stores: down, clock, vendor: gated.vendor }).sessions;
    expect(await third.switchTo(session, target)).toEqual({
      kind: "unavailable",
      reason: "store_unavailable",
    });
    gated.open();
    await first;
    expect(gated.calls()).toBe(1);
  });

  test("asks for a sign-in without a refresh token", async () => {
    const { vendor } = answering({ kind: "ended", reason: "x" });
    const { sessions } = setUp({ vendor });
    const { session } = await begin(sessions);
    expect(await sessions.switchTo(session, target)).toEqual({ kind: "sign_in" });
  });

  test("row 18: does not bring back a session that was signed out meanwhile", async () => {
    const gated = gatedVendor(() => ({ kind: "refreshed", identity: globex, tokens: {} }));
    const { sessions, stores, clock } = setUp({ vendor: gated.vendor, attest: attestGlobex });
    const { session } = await begin(sessions, withTokens(clock));
    const switching = sessions.switchTo(session, target);
    await until(() => gated.calls() === 1);
    await sessions.end(session);
    gated.open();
    expect(await switching).toEqual({ kind: "invalid", reason: "session_ended" });
    expect(await stores.sessions.listByUser("usr_ada")).toEqual([]);
  });
});
