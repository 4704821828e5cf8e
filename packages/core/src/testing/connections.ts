import assert from "node:assert/strict";
import { checkCopies, exactlyOne, race } from "./checks.ts";
import { connection } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

const ids = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id).toSorted();

/** What every {@link ConnectionStore} does: one connection a client, and exact look-ups. */
export const connectionStoreConformance = storeGroup("connections", [
  {
    title: "returns a connection as it was put, and null for others",
    async run(connections) {
      assert.equal(await connections.put(connection("c1")), true);
      assert.deepEqual(await connections.get("c1"), connection("c1"));
      assert.equal(await connections.get("c2"), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(connections) {
      await checkCopies(connection("c1"), {
        write: (value) => connections.put(value),
        read: () => connections.get("c1"),
      });
    },
  },
  {
    title: "refuses a client that another connection has, and changes nothing",
    async run(connections) {
      await connections.put(connection("c1", { clientId: "shared" }));
      await connections.put(connection("c2"));
      const stolen = connection("c2", { clientId: "shared", tenantId: "t2" });
      assert.equal(await connections.put(stolen), false);
      assert.deepEqual(await connections.get("c2"), connection("c2"));
      assert.equal((await connections.get("c1"))?.tenantId, "t1");
    },
  },
  {
    title: "keeps the same client id at another issuer or instance apart",
    async run(connections) {
      const clientId = "shared";
      assert.equal(await connections.put(connection("c1", { clientId })), true);
      const elsewhere = connection("c2", { clientId, issuer: "https://other.example" });
      assert.equal(await connections.put(elsewhere), true);
      assert.equal(await connections.put(connection("c3", { clientId, instance: "b" })), true);
    },
  },
  {
    title: "frees the client of a connection that changes or is removed",
    async run(connections) {
      await connections.put(connection("c1", { clientId: "first" }));
      await connections.put(connection("c1", { clientId: "second" }));
      assert.equal(await connections.put(connection("c2", { clientId: "first" })), true);
      await connections.remove("c1");
      await connections.remove("c1");
      assert.equal(await connections.get("c1"), null);
      assert.equal(await connections.put(connection("c3", { clientId: "second" })), true);
    },
  },
  {
    title: "gives a client to exactly one of many connections at once",
    async run(connections) {
      const put = (caller: number) =>
        connections.put(connection(`c${caller}`, { clientId: "one" }));
      exactlyOne(await race(put));
    },
  },
  {
    title: "lists by instance and issuer, exactly",
    async run(connections) {
      const issuer = "https://idp.example";
      await connections.put(connection("c1", { issuer }));
      await connections.put(connection("c2", { issuer, enabled: false }));
      await connections.put(connection("c3", { issuer, instance: "other" }));
      await connections.put(connection("c4", { issuer: `${issuer}/` }));
      assert.deepEqual(ids(await connections.listByIssuer("main", issuer)), ["c1", "c2"]);
    },
  },
  {
    title: "lists the connections of one tenant and of no other",
    async run(connections) {
      await connections.put(connection("c1"));
      await connections.put(connection("c2", { tenantId: "t2" }));
      assert.deepEqual(ids(await connections.listByTenant("t1")), ["c1"]);
    },
  },
  {
    title: "row 32: lists enabled connections by a whole e-mail domain, never by a part of it",
    async run(connections) {
      const emailDomains = ["a.example", "customer.example"];
      await connections.put(connection("c1", { emailDomains }));
      await connections.put(connection("c2", { enabled: false }));
      await connections.put(connection("c3", { emailDomains: ["other.example"] }));
      assert.deepEqual(ids(await connections.listByEmailDomain("customer.example")), ["c1"]);
      for (const part of ["example", "x.customer.example", "customer", "%", ""]) {
        assert.deepEqual(await connections.listByEmailDomain(part), [], part);
      }
    },
  },
]);
