import { listenTo, type Listening } from "../listening.ts";
import { sessionOf, type Knocker, type Stage } from "../stage.ts";
import { initialize, send, type Era } from "../wire.ts";
import { compare } from "./streams.ts";

/** The same over the streams of sessions, where a server has them (2025-11-25). */
export async function sessionStreams(stage: Stage, era: Era): Promise<void> {
  if (era !== "2025-11-25") return;
  for (const { uri: given, touch } of stage.target.resources ?? []) {
    if (touch === undefined) continue;
    const uri = typeof given === "string" ? given : given(stage.seen(era));
    const own = await listen(stage, "a", uri);
    if (own === null) {
      stage.skip({ check: "streams.foreign", era }, "the server keeps no sessions with streams");
      return;
    }
    const foreign = await listen(stage, "b", uri);
    if (foreign !== null) await compare(stage, { era, uri, own, foreign, touch });
    else stage.record({ check: "streams.foreign", subject: uri, credential: "b", era }, null);
    own.close();
  }
}

/** A session that has subscribed, or was refused it, and its stream. Null: there are none here. */
async function listen(stage: Stage, knocker: Knocker, uri: string): Promise<Listening | null> {
  const sender = stage.sender(knocker, "2025-11-25");
  const session = sessionOf(await initialize(sender));
  if (session === null) return null;
  const headers = { "mcp-session-id": session };
  await send(sender, { method: "resources/subscribe", params: { uri }, headers });
  const abort = new AbortController();
  const response = await sender.fetch(sender.url, {
    signal: abort.signal,
    headers: {
      accept: "text/event-stream",
      "mcp-protocol-version": sender.era,
      ...headers,
      ...(sender.token === null ? {} : { authorization: `Bearer ${sender.token}` }),
    },
  });
  if (response.ok) return listenTo(response, abort);
  await response.body?.cancel();
  return null;
}
