/**
 * Runs a piece of work once for all who ask for the same key at the same time. They share its
 * result or its failure; nothing is remembered afterwards.
 */
export interface SingleFlight<T> {
  run(key: string, work: () => Promise<T>): Promise<T>;
}

/** Makes a {@link SingleFlight}. Its memory is bounded by the work under way. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const running = new Map<string, Promise<T>>();
  return {
    run(key, work) {
      const current = running.get(key);
      if (current !== undefined) return current;
      const started = work().finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
  };
}
