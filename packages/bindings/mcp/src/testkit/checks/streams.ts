import { leaks, refusedBadly, succeeded } from "../judge.ts";
import { endsWithin, listenTo, pause, until, updates, type Listening } from "../listening.ts";
import type { Stage } from "../stage.ts";
import { post, send, type Era, type Sender } from "../wire.ts";

/** Two open streams about one resource of A: A's own, and B's of the same address. */
export interface Pair {
  readonly era: Era;
  readonly uri: string;
  readonly own: Listening;
  readonly foreign: Listening;
  readonly touch: () => Promise<void>;
}

/** B listens for A's resources and hears nothing. (modelcontextprotocol/typescript-sdk #2827) */
export async function subscriptions(stage: Stage, era: Era): Promise<void> {
  if (era !== "2026-07-28") return;
  for (const { uri: given, touch } of stage.target.resources ?? []) {
    if (touch === undefined) continue;
    const uri = typeof given === "string" ? given : given(stage.seen(era));
    const own = await listen(stage.sender("a", era), [uri]);
    const foreign = await listen(stage.sender("b", era), [uri]);
    await compare(stage, { era, uri, own, foreign, touch });
  }
}

/** Touches the resource: A hears of it, and B does not. */
export async function compare(stage: Stage, pair: Pair): Promise<void> {
  const { era, uri, own, foreign, touch } = pair;
  const subject = `resource ${uri}`;
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

/** A stream ends with the token that opened it, and with the membership, which calls need too. */
export async function streamEnds(stage: Stage, era: Era): Promise<void> {
  if (era !== "2026-07-28") return;
  const { expiring, leaving } = stage.target.credentials;
  const boundMs = stage.target.streamEndMs ?? 10_000;
  const sender = (token: string): Sender => ({ ...stage.sender("a", era), token });
  if (expiring !== undefined) {
    const { token, expiresAtMs } = await expiring();
    const stream = await listen(sender(token), []);
    const left = Math.max(0, expiresAtMs - Date.now()) + boundMs;
    stage.record(
      { check: "streams.expiry", era },
      openedBadly(stream) ?? ((await endsWithin(stream, left)) ? null : "it outlives its token"),
    );
    stream.close();
  }
  if (leaving !== undefined) {
    const member = await leaving();
    const stream = await listen(sender(member.token), []);
    const bad = openedBadly(stream) ?? (await notServed(sender(member.token)));
    await member.remove();
    const after = await stillServed(sender(member.token));
    stage.record(
      { check: "streams.removal", era },
      bad ?? ((await endsWithin(stream, boundMs)) ? null : "it outlives the membership"),
    );
    stream.close();
    stage.record({ check: "calls.removal", era }, bad ?? after);
  }
}

function openedBadly({ status }: Listening): string | null {
  return status === 200 ? null : `the stream is refused with ${status} while its token is good`;
}

/** The reason if a call of a good token does not succeed, else null. */
async function notServed(sender: Sender): Promise<string | null> {
  const answer = await send(sender, { method: "tools/list" });
  return succeeded(answer) ? null : `a call is refused with ${answer.status} before the removal`;
}

/** The reason if the next call is not refused as one without a usable token, else null. */
async function stillServed(sender: Sender): Promise<string | null> {
  return refusedBadly(await send(sender, { method: "tools/list" }), true);
}

async function listen(sender: Sender, uris: readonly string[]): Promise<Listening> {
  const abort = new AbortController();
  const notifications = { resourceSubscriptions: uris, toolsListChanged: true };
  const response = await post(
    sender,
    { method: "subscriptions/listen", params: { notifications } },
    { id: 1, signal: abort.signal },
  );
  return listenTo(response, abort);
}
