import { callerKey, type Caller } from "./call.ts";
import type { Change } from "./engine.ts";
import type { Policy } from "./policy.ts";
import { cutShort, type Streams } from "./streams.ts";

/** A session of the protocol before 2026-07-28: an id, whose it is, and what it subscribed to. */
interface Session {
  /** SECURITY: person, issuer and tenant. Not the bytes of a token, which change with each refresh. */
  readonly owner: string;
  readonly tenantKey: string;
  readonly uris: Set<string>;
  usedAtMs: number;
  tell: ((change: Change) => void) | null;
}

const IDLE_MS = 30 * 60_000;
const MAX_PER_OWNER = 32;
const MAX_URIS = 1000;

/** Sessions of this process. Each request of one is still served by a server of its own. */
export function createSessions(nowMs: () => number) {
  const sessions = new Map<string, Session>();

  function sweep(): void {
    for (const [id, session] of sessions) {
      if (session.tell === null && nowMs() - session.usedAtMs > IDLE_MS) sessions.delete(id);
    }
  }

  /** SECURITY: somebody else's session is answered like one that never was. */
  function own(id: string, caller: Caller): Session | null {
    const session = sessions.get(id);
    if (session === undefined || session.owner !== callerKey(caller.context)) return null;
    if (session.tell === null && nowMs() - session.usedAtMs > IDLE_MS) return null;
    session.usedAtMs = nowMs();
    return session;
  }

  return {
    /** The id of a new session. */
    start(caller: Caller, tenantKey: string): string {
      sweep();
      const owner = callerKey(caller.context);
      const mine = [...sessions].filter(([, session]) => session.owner === owner);
      const [oldest] = mine;
      // A caller who starts many ends their own, and nobody else's.
      if (mine.length >= MAX_PER_OWNER && oldest !== undefined) sessions.delete(oldest[0]);
      const id = crypto.randomUUID();
      sessions.set(id, { owner, tenantKey, uris: new Set(), usedAtMs: nowMs(), tell: null });
      return id;
    },
    has: (id: string, caller: Caller) => own(id, caller) !== null,
    end(id: string, caller: Caller): void {
      if (own(id, caller) !== null) sessions.delete(id);
    },
    subscribe(id: string, caller: Caller, uri: string): void {
      const session = own(id, caller);
      if (session !== null && session.uris.size < MAX_URIS) session.uris.add(uri);
    },
    unsubscribe(id: string, caller: Caller, uri: string): void {
      own(id, caller)?.uris.delete(uri);
    },
    publish(tenantKey: string, change: Change): void {
      for (const session of sessions.values()) {
        if (session.tenantKey === tenantKey) session.tell?.(change);
      }
    },

    /** The stream on which a session hears of changes. Null: it has one already, or is not there. */
    listen(
      id: string,
      caller: Caller,
      parts: {
        readonly policy: Policy;
        readonly streams: Streams;
        readonly client: AbortSignal;
      },
    ): Response | null {
      const session = own(id, caller);
      if (session === null || session.tell !== null) return null;
      const { policy, streams, client } = parts;
      const watch = streams.watch(caller, { tenantKey: session.tenantKey, client });
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(encoder.encode(": open\n\n"));
          session.tell = (change) => {
            const isUpdate = change.kind === "resource_updated";
            if (isUpdate && !session.uris.has(change.uri)) return;
            if (isUpdate && !policy.canRead(caller, change.uri)) return;
            const message = JSON.stringify({ jsonrpc: "2.0", ...notification(change) });
            controller.enqueue(encoder.encode(`event: message\ndata: ${message}\n\n`));
          };
        },
      });
      const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
      return cutShort(response, watch, () => {
        session.tell = null;
        watch.end();
      });
    },
  };
}

/** What {@link createSessions} makes. */
export type Sessions = ReturnType<typeof createSessions>;

const METHODS = {
  tools_list_changed: "notifications/tools/list_changed",
  prompts_list_changed: "notifications/prompts/list_changed",
  resources_list_changed: "notifications/resources/list_changed",
} as const;

function notification(change: Change) {
  return change.kind === "resource_updated"
    ? { method: "notifications/resources/updated", params: { uri: change.uri } }
    : { method: METHODS[change.kind] };
}
