import type { Clock } from "../../internal/clock.ts";
import type { ReplayStore } from "../ports.ts";
import { createSweeper } from "./sweeper.ts";

/** One-time values in the memory of one process. Expired ones are forgotten as new ones come. */
export function memoryReplay(nowMs: Clock): ReplayStore {
  const expiryByValue = new Map<string, number>();
  const sweeper = createSweeper(expiryByValue, () => {
    const now = nowMs();
    for (const [value, expiresAtMs] of expiryByValue) {
      if (expiresAtMs <= now) expiryByValue.delete(value);
    }
  });
  return {
    async claim(value, expiresAtMs) {
      const now = nowMs();
      if (!(expiresAtMs > now) || (expiryByValue.get(value) ?? now) > now) return false;
      expiryByValue.set(value, expiresAtMs);
      sweeper.afterInsert();
      return true;
    },
  };
}
