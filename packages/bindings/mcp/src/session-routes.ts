import type { AuthRequest } from "@tenantry/core/http";
import type { Message } from "./body.ts";
import type { Caller } from "./call.ts";
import type { Ruling } from "./policy.ts";
import { refusal, rpcError, rpcResult, setPrivate } from "./responses.ts";
import type { PipelineParts } from "./pipeline.ts";

/** What the requests of sessions need. */
export interface SessionRequest {
  readonly neutral: AuthRequest;
  readonly caller: Caller;
  readonly client: AbortSignal;
}

/** The id that a request names, null if it names none. Two are as good as a foreign one. */
export function sessionIdOf(neutral: AuthRequest): string | null {
  const values = neutral.header("mcp-session-id");
  return values.length === 0 ? null : values.join(", ");
}

/** SECURITY: the same answer for somebody else's session and for one that never was; the client starts anew. */
export function sessionNotFound(): Response {
  return rpcError(404, -32_001, "Session not found");
}

/** GET opens a session's stream, DELETE ends it. Without sessions there is neither. */
export function serveSession(
  { neutral, caller, client }: SessionRequest,
  { sessions, policy, streams }: Pick<PipelineParts, "sessions" | "policy" | "streams">,
): Response {
  const id = sessionIdOf(neutral);
  if (sessions === null || id === null || !["GET", "DELETE"].includes(neutral.method)) {
    const answer = refusal(405, "method_not_allowed");
    answer.headers.set("allow", sessions === null ? "POST" : "POST, GET, DELETE");
    return answer;
  }
  if (!sessions.has(id, caller)) return sessionNotFound();
  if (neutral.method === "DELETE") {
    sessions.end(id, caller);
    return new Response(null, { status: 204 });
  }
  const stream = sessions.listen(id, caller, { policy, streams, client });
  if (stream === null) return rpcError(409, -32_000, "This session has a stream already");
  setPrivate(stream.headers, true);
  return stream;
}

/** Subscriptions of a session, which the SDK cannot keep: its server ends with the request. */
export function serveSubscription(
  ruling: Ruling,
  { neutral, caller }: Pick<SessionRequest, "neutral" | "caller">,
  { sessions }: Pick<PipelineParts, "sessions">,
): Response | null {
  const id = sessionIdOf(neutral);
  const { message } = ruling;
  const uri = message.params["uri"];
  if (sessions === null || id === null || typeof uri !== "string" || !isSubscription(message)) {
    return null;
  }
  if (ruling.isHidden) return rpcError(200, -32_602, `Resource not found: ${uri}`, message.id);
  const address = new URL(uri).toString();
  if (message.method === "resources/subscribe") sessions.subscribe(id, caller, address);
  else sessions.unsubscribe(id, caller, address);
  return rpcResult({}, message.id);
}

function isSubscription({ method }: Message): boolean {
  return method === "resources/subscribe" || method === "resources/unsubscribe";
}
