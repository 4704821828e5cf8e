import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Tried } from "./try-mutant.ts";

/** Tries mutants in as many threads as there are processors, and tells what came of each. */
export async function tryMutants(
  ids: readonly string[],
  options: {
    readonly vendors: readonly string[];
    readonly onTried: (id: string, tried: readonly Tried[]) => void;
  },
): Promise<void> {
  const queue = [...ids];
  const threads = Math.min(queue.length, Math.max(1, availableParallelism()));
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL("mutant-worker.ts", import.meta.url), {
        workerData: { vendors: options.vendors },
        stdout: true, // a vendor's SDK may be talkative
        stderr: true,
      });
      const failed = once(worker, "error").then(([error]) => Promise.reject(error));
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        const answered = once(worker, "message");
        worker.postMessage(id);
        const [tried] = await Promise.race([answered, failed]);
        options.onTried(id, tried);
      }
      failed.catch(() => undefined);
      await worker.terminate();
    }),
  );
}
