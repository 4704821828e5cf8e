import type { MachineStore } from "../ports.ts";
import type { Machine } from "../records.ts";
import { compositeKey } from "./composite-key.ts";
import { frozenCopy } from "./frozen-copy.ts";

/** Machine clients in the memory of one process. */
export function memoryMachines(): MachineStore {
  const byKey = new Map<string, Machine>();
  return {
    async find(key) {
      return byKey.get(externalKey(key)) ?? null;
    },
    async put(machine) {
      byKey.set(externalKey(machine), frozenCopy(machine));
    },
    async listByTenant(tenantId) {
      return [...byKey.values()].filter((machine) => machine.tenantId === tenantId);
    },
  };
}

function externalKey(key: Pick<Machine, "instance" | "issuer" | "external">): string {
  return compositeKey(key.instance, key.issuer, key.external);
}
