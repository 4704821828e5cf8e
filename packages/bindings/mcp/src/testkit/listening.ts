import { messagesOf } from "./wire.ts";

/** An open stream of notifications, and what has come over it. */
export interface Listening {
  readonly status: number;
  text(): string;
  readonly ended: Promise<void>;
  close(): void;
}

/** Reads a stream as it comes. `abort` is the one that the request was made with. */
export function listenTo({ status, body }: Response, abort: AbortController): Listening {
  const reader = body?.getReader();
  let text = "";
  const ended = (async () => {
    const decoder = new TextDecoder();
    try {
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        text += decoder.decode(part.value, { stream: true });
      }
    } catch {
      // cut off, by us or by the server: ended either way
    }
  })();
  function close(): void {
    abort.abort();
    // A server in this process may not know of the signal.
    reader?.cancel().catch(() => undefined);
  }
  return { status, text: () => text, ended, close };
}

/** How many updates of the resource were announced; the server's repeating the request is none. */
export function updates(stream: Listening, uri: string): number {
  return messagesOf(stream.text(), "text/event-stream").filter(
    ({ method, params }) =>
      method === "notifications/resources/updated" && JSON.stringify(params).includes(uri),
  ).length;
}

/** Whether it comes true in time. */
export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!condition() && Date.now() < end) await pause(20);
  return condition();
}

/** Whether the stream ends in time. */
export async function endsWithin({ ended }: Listening, timeoutMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = pause(timeoutMs, timeout.signal).then(() => false);
  const inTime = await Promise.race([ended.then(() => true), late]);
  timeout.abort();
  return inTime;
}

/** Waits; an abort ends the waiting. */
export async function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
