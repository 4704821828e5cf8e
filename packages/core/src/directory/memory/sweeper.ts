/** Decides when a growing map is worth a walk that drops what has expired. */
export interface Sweeper {
  /** Call after each insertion. Walks at most once per doubling, so that insertions stay cheap. */
  afterInsert(): void;
}

const FLOOR = 1024;

/** Sweeps `map` whenever it has doubled since the last time. */
export function createSweeper(map: ReadonlyMap<string, unknown>, sweep: () => void): Sweeper {
  let nextAt = FLOOR;
  return {
    afterInsert() {
      if (map.size < nextAt) return;
      sweep();
      nextAt = Math.max(FLOOR, map.size * 2);
    },
  };
}
