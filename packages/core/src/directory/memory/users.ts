import type { UserStore } from "../ports.ts";
import type { User } from "../records.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { isOutdated } from "./version.ts";

/** People in the memory of one process. */
export function memoryUsers(): UserStore {
  const byId = new Map<string, User>();

  function write(user: User): User {
    const stored = frozenCopy(user);
    byId.set(stored.id, stored);
    return stored;
  }

  return {
    async get(id) {
      return byId.get(id) ?? null;
    },
    async add(user) {
      return byId.get(user.id) ?? write(user);
    },
    async update(id, changes) {
      const stored = byId.get(id);
      if (stored === undefined) return null;
      return isOutdated(stored, changes) ? stored : write({ ...stored, ...changes, id });
    },
    async put(user) {
      write(user);
    },
  };
}
