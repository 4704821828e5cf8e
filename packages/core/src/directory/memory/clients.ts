import type { ClientStore } from "../ports.ts";
import type { ClientRule } from "../records.ts";
import { compositeKey } from "./composite-key.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";

/** Decisions about OAuth clients in the memory of one process. */
export function memoryClients(): ClientStore {
  const byKey = new Map<string, ClientRule>();
  return {
    async get(tenantId, subject) {
      return byKey.get(compositeKey(tenantId, subject)) ?? null;
    },
    async add(rule) {
      const key = compositeKey(rule.tenantId, rule.subject);
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const added = frozenCopy(rule);
      byKey.set(key, added);
      return added;
    },
    async put(rule) {
      byKey.set(compositeKey(rule.tenantId, rule.subject), frozenCopy(rule));
    },
    async remove(tenantId, subject) {
      byKey.delete(compositeKey(tenantId, subject));
    },
    async listByTenant(tenantId, options) {
      const rules = [...byKey.values()].filter((rule) => rule.tenantId === tenantId);
      return page(rules, { position: ({ subject }) => subject }, options);
    },
  };
}
