import { leaks } from "../judge.ts";
import type { Stage } from "../stage.ts";
import { messagesOf, post, type Era, type Sender } from "../wire.ts";

/** An open stream of notifications, and what has come over it. */
interface Listening {
  readonly status: number;
  text(): string;
  readonly ended: Promise<void>;
  close(): void;
}

/** B listens for A's resources and hears nothing. (modelcontextprotocol/typescript-sdk #2827) */
export async function subscriptions(stage: Stage, era: Era): Promise<void> {
  if (era !== "2026-07-28") return;
  for (const { uri: given, touch } of stage.target.resources ?? []) {
    if (touch === undefined) continue;
    const uri = typeof given === "string" ? given : given(stage.seen(era));
    const subject = `resource ${uri}`;
    const own = await listen(stage.sender("a", era), [uri]);
    const foreign = await listen(stage.sender("b", era), [uri]);
    await touch();
    const heard = await until(() => updates(own, uri) > 0, 5_000);
    stage.record(
      { check: "streams.control", subject, credential: "a", era },
      heard ? null : "A's own stream says nothing of the change",
    );
    await pause(300); // B's would have come by now
    const reason = leaks(foreign.text(), stage.target, "a");
    stage.record(
      { check: "streams.foreign", subject, credential: "b", era },
      updates(foreign, uri) > 0 ? "B is told that A's resource has changed" : reason,
    );
    own.close();
    foreign.close();
  }
}

/** A stream ends with the token that opened it, and with the membership. */
export async function streamEnds(stage: Stage, era: Era): Promise<void> {
  if (era !== "2026-07-28") return;
  const { expiring, leaving } = stage.target.credentials;
  const boundMs = stage.target.streamEndMs ?? 10_000;
  const opened = async (token: string) => listen({ ...stage.sender("a", era), token }, []);
  if (expiring !== undefined) {
    const { token, expiresAtMs } = await expiring();
    const stream = await opened(token);
    const left = Math.max(0, expiresAtMs - Date.now()) + boundMs;
    stage.record(
      { check: "streams.expiry", era },
      openedBadly(stream) ?? ((await endsWithin(stream, left)) ? null : "it outlives its token"),
    );
    stream.close();
  }
  if (leaving !== undefined) {
    const member = await leaving();
    const stream = await opened(member.token);
    const bad = openedBadly(stream);
    await member.remove();
    stage.record(
      { check: "streams.removal", era },
      bad ?? ((await endsWithin(stream, boundMs)) ? null : "it outlives the membership"),
    );
    stream.close();
  }
}

function openedBadly({ status }: Listening): string | null {
  return status === 200 ? null : `the stream is refused with ${status} while its token is good`;
}

async function listen(sender: Sender, uris: readonly string[]): Promise<Listening> {
  const abort = new AbortController();
  const notifications = { resourceSubscriptions: uris, toolsListChanged: true };
  const response = await post(
    sender,
    { method: "subscriptions/listen", params: { notifications } },
    { id: 1, signal: abort.signal },
  );
  const reader = response.body?.getReader();
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
  return { status: response.status, text: () => text, ended, close };
}

/** How many updates of the resource were announced; the server's repeating the request is none. */
function updates(stream: Listening, uri: string): number {
  return messagesOf(stream.text(), "text/event-stream").filter(
    ({ method, params }) =>
      method === "notifications/resources/updated" && JSON.stringify(params).includes(uri),
  ).length;
}

async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!condition() && Date.now() < end) await pause(20);
  return condition();
}

async function endsWithin({ ended }: Listening, timeoutMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = pause(timeoutMs, timeout.signal).then(() => false);
  const inTime = await Promise.race([ended.then(() => true), late]);
  timeout.abort();
  return inTime;
}

async function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
