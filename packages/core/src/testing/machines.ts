import assert from "node:assert/strict";
import { checkCopies } from "./checks.ts";
import { machine } from "./samples.ts";
import { storeGroup } from "./store-group.ts";

/** What every {@link MachineStore} does: one machine a subject of an issuer. */
export const machineStoreConformance = storeGroup("machines", [
  {
    title: "finds a machine by instance, issuer and external id, exactly",
    async run(machines) {
      await machines.put(machine("m1"));
      assert.deepEqual(await machines.find(machine("m1")), machine("m1"));
      assert.equal(await machines.find(machine("M1")), null);
      assert.equal(await machines.find(machine("m1", { instance: "other" })), null);
      assert.equal(await machines.find(machine("m1", { issuer: "https://idp.example" })), null);
    },
  },
  {
    title: "row 34: a local id finds nothing as an external one",
    async run(machines) {
      await machines.put(machine("m1", { id: "1" }));
      assert.equal(await machines.find(machine("1")), null);
    },
  },
  {
    title: "shares no objects with its callers",
    async run(machines) {
      await checkCopies(machine("m1"), {
        write: (value) => machines.put(value),
        read: () => machines.find(machine("m1")),
      });
    },
  },
  {
    title: "replaces a machine, and moves it to another tenant",
    async run(machines) {
      await machines.put(machine("m1"));
      const moved = machine("m1", { tenantId: "t2", status: "suspended" });
      await machines.put(moved);
      assert.deepEqual(await machines.find(moved), moved);
      assert.deepEqual(await machines.listByTenant("t1"), []);
      assert.deepEqual(await machines.listByTenant("t2"), [moved]);
    },
  },
  {
    title: "lists the machines of one tenant and of no other",
    async run(machines) {
      await machines.put(machine("m1"));
      await machines.put(machine("m2", { tenantId: "t2" }));
      await machines.put(machine("m3", { instance: "other" }));
      const listed = (await machines.listByTenant("t1")).map((one) => one.external);
      assert.deepEqual(listed.toSorted(), ["m1", "m3"]);
    },
  },
]);
