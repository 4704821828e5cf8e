import type { ReplayStore } from "../directory/ports.ts";

/** One attempt at something that should happen once, and may be tried again until it worked. */
export interface Turn {
  /** It worked: later attempts are told that it is done. */
  done(): Promise<void>;
}

const MAX_ATTEMPTS = 20;

/**
 * Takes a turn at an event, or null if an earlier attempt has done it. An attempt that never said
 * `done`, because it failed or its process died, does not stop the next one: a lost event is worse
 * than a repeated one, and whatever is done here can be done twice.
 */
export async function takeTurn(
  replay: ReplayStore,
  event: string,
  untilMs: number,
): Promise<Turn | null> {
  const claim = (step: string) => replay.claim(`${event}:${step}`, untilMs);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (!(await claim(`begun:${attempt}`))) continue;
    const markDone = async () => void (await claim(`done:${attempt}`));
    // Whoever came before has claimed this if it was done; if not, nobody needs it any more.
    const isDone = attempt > 1 && !(await claim(`done:${attempt - 1}`));
    if (!isDone) return { done: markDone };
    await markDone();
    return null;
  }
  return { done: () => Promise.resolve() };
}
