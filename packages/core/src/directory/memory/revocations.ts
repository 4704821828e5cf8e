import type { RevocationStore } from "../ports.ts";

/** Epochs in the memory of one process. They are small, and forgetting one would revive a credential. */
export function memoryRevocations(): RevocationStore {
  const timeByKey = new Map<string, number>();
  return {
    async read(keys) {
      return keys.map((key) => timeByKey.get(key) ?? 0);
    },
    async raise(keys, atMs) {
      for (const key of keys) timeByKey.set(key, Math.max(timeByKey.get(key) ?? 0, atMs));
    },
  };
}
