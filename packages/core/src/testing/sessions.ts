import assert from "node:assert/strict";
import { CALLERS, checkCopies, exactlyOne, race } from "./checks.ts";
import { session, START_MS } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

const ids = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id).toSorted();
const at = { instance: "main", issuer: "https://idp.example.com" };

/** What every {@link SessionStore} does: compare-and-swap, ends that are final, exact look-ups. */
export const sessionStoreConformance = storeGroup("sessions", [
  {
    title: "returns a session by id and by the hash of its secret, and null for others",
    async run(sessions) {
      const vendorSession = {
        sealedRefreshToken: "sealed",
        refreshAtMs: START_MS,
        leaseUntilMs: null,
        sealedIdToken: null,
      };
      const entered = {
        tenantId: "t2",
        reason: "Ticket 1",
        enteredAtMs: START_MS,
        untilMs: START_MS,
      };
      const stored = session("s1", { vendorSession, entered });
      await sessions.insert(stored);
      assert.deepEqual(await sessions.get("s1"), stored);
      assert.deepEqual(await sessions.getBySecretHash("hash-of-s1"), stored);
      assert.equal(await sessions.get("hash-of-s1"), null);
      assert.equal(await sessions.getBySecretHash("s1"), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(sessions) {
      await checkCopies(session("s1"), {
        write: (value) => sessions.insert(value),
        read: () => sessions.get("s1"),
      });
    },
  },
  {
    title: "row 19: inserts no session over one that is there",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await assert.rejects(sessions.insert(session("s1", { secretHash: "other", userId: "u2" })));
      await assert.rejects(sessions.insert(session("s2", { secretHash: "hash-of-s1" })));
      assert.deepEqual(await sessions.get("s1"), session("s1"));
      assert.deepEqual(await sessions.getBySecretHash("hash-of-s1"), session("s1"));
      assert.equal(await sessions.get("s2"), null);
      assert.deepEqual(ids(await sessions.listByUser("u2")), []);
    },
  },
  {
    title: "keeps several sessions without a secret",
    async run(sessions) {
      await sessions.insert(session("s1", { secretHash: null }));
      await sessions.insert(session("s2", { secretHash: null }));
      assert.deepEqual(ids(await sessions.listByUser("u1")), ["s1", "s2"]);
    },
  },
  {
    title: "replaces a session by its next version only",
    async run(sessions) {
      await sessions.insert(session("s1"));
      for (const version of [0, 1, 3]) {
        assert.equal(await sessions.replace(session("s1", { version })), false, String(version));
      }
      assert.deepEqual(await sessions.get("s1"), session("s1"));
      const next = session("s1", { version: 2, tenantId: "t2" });
      assert.equal(await sessions.replace(next), true);
      assert.deepEqual(await sessions.get("s1"), next);
      assert.equal(await sessions.replace(session("s9", { version: 2 })), false);
      assert.equal(await sessions.get("s9"), null);
    },
  },
  {
    title: "row 42: lets exactly one of many replace the same version",
    async run(sessions) {
      await sessions.insert(session("s1"));
      const won = await race((caller) =>
        sessions.replace(session("s1", { version: 2, lastSeenAtMs: START_MS + caller })),
      );
      exactlyOne(won);
      const winner = won.indexOf(true);
      assert.equal((await sessions.get("s1"))?.lastSeenAtMs, START_MS + winner);
    },
  },
  {
    title: "finds a session by its new secret only, once that was replaced",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await sessions.replace(session("s1", { version: 2, secretHash: "new" }));
      assert.equal(await sessions.getBySecretHash("hash-of-s1"), null);
      assert.equal((await sessions.getBySecretHash("new"))?.id, "s1");
    },
  },
  {
    title: "row 18: never brings back a session that has ended",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await sessions.end("s1", START_MS + 5);
      assert.equal(await sessions.replace(session("s1", { version: 2 })), false);
      assert.equal(await sessions.replace(session("s1", { version: 3 })), false);
      assert.equal((await sessions.get("s1"))?.endedAtMs, START_MS + 5);
    },
  },
  {
    title: "ends a session whatever its version, and keeps the first time",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await sessions.replace(session("s1", { version: 2 }));
      await sessions.end("s1", START_MS + 5);
      await sessions.end("s1", START_MS + 9);
      await sessions.end("unknown", START_MS);
      assert.equal((await sessions.get("s1"))?.endedAtMs, START_MS + 5);
      assert.equal(await sessions.get("unknown"), null);
    },
  },
  {
    title: "row 18: an end beats every write that comes at the same time",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await race(async (caller) =>
        caller === CALLERS / 2
          ? sessions.end("s1", START_MS + 5)
          : sessions.replace(session("s1", { version: 2 + (caller % 3) })),
      );
      assert.equal((await sessions.get("s1"))?.endedAtMs, START_MS + 5);
    },
  },
  {
    title: "lists the sessions of one person that have not ended",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await sessions.insert(session("s2"));
      await sessions.insert(session("s3", { userId: "u2" }));
      await sessions.end("s2", START_MS);
      assert.deepEqual(ids(await sessions.listByUser("u1")), ["s1"]);
    },
  },
  {
    title: "lists sessions of a provider's session or subject, never across issuers or instances",
    async run(sessions) {
      await sessions.insert(session("s1"));
      await sessions.insert(session("s2", { vendorSessionId: "other" }));
      await sessions.insert(session("s3", { issuer: "https://other.example" }));
      await sessions.insert(session("s4", { instance: "other" }));
      await sessions.insert(session("s5", { subject: "other" }));
      await sessions.insert(session("s6"));
      await sessions.end("s6", START_MS);
      const vendorSessionId = "vendor-session-1";
      const subject = "subject-1";
      const list = sessions.listByVendorSession.bind(sessions);
      assert.deepEqual(ids(await list({ ...at, vendorSessionId })), ["s1", "s5"]);
      assert.deepEqual(ids(await list({ ...at, subject })), ["s1", "s2"]);
      assert.deepEqual(ids(await list({ ...at, vendorSessionId, subject })), ["s1"]);
    },
  },
  {
    title: "lists no session for a notice that names neither session nor subject",
    async run(sessions) {
      await sessions.insert(session("s1", { vendorSessionId: null }));
      assert.deepEqual(await sessions.listByVendorSession(at), []);
    },
  },
  {
    title: "sweeps what expired or ended before, and nothing else",
    async run(sessions) {
      await sessions.insert(session("live"));
      await sessions.insert(session("expired", { expiresAtMs: START_MS - 1 }));
      await sessions.insert(session("ended"));
      await sessions.end("ended", START_MS - 1);
      await sessions.insert(session("just-ended"));
      await sessions.end("just-ended", START_MS + 1);
      await sessions.sweep(START_MS);
      assert.equal((await sessions.get("live"))?.id, "live");
      assert.equal((await sessions.get("just-ended"))?.id, "just-ended");
      assert.equal(await sessions.get("expired"), null);
      assert.equal(await sessions.get("ended"), null);
      assert.equal(await sessions.getBySecretHash("hash-of-expired"), null);
    },
  },
]);
