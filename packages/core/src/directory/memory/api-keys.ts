import type { ApiKeyStore } from "../ports.ts";
import type { ApiKey } from "../records.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { page } from "./page.ts";

/** Local API keys in the memory of one process. */
export function memoryApiKeys(): ApiKeyStore {
  const byId = new Map<string, ApiKey>();
  const idByHash = new Map<string, string>();
  return {
    async get(id) {
      return byId.get(id) ?? null;
    },
    async getByHash(hash) {
      const id = idByHash.get(hash);
      return id === undefined ? null : (byId.get(id) ?? null);
    },
    async insert(key) {
      if (byId.has(key.id) || idByHash.has(key.hash)) {
        throw new Error("An API key with this id or hash exists already.");
      }
      byId.set(key.id, frozenCopy(key));
      idByHash.set(key.hash, key.id);
    },
    async revoke(id, revokedAtMs) {
      const stored = byId.get(id);
      if (stored === undefined || stored.revokedAtMs !== null) return;
      byId.set(id, frozenCopy({ ...stored, revokedAtMs }));
    },
    async listByTenant(tenantId, options) {
      const keys = [...byId.values()].filter((key) => key.tenantId === tenantId);
      return page(keys, { position: (key) => key.id }, options);
    },
  };
}
