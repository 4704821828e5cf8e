/** Lets at most `parallel` of the given tasks run at the same time; the others wait in order. */
export function limit(parallel: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= parallel) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve); // the finishing task hands its place over, so `running` stays
      });
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
