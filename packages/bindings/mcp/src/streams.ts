import { admit } from "./admit.ts";
import { callerKey, type Caller } from "./call.ts";
import type { Settings } from "./options.ts";

/** Why a request was cut off. */
export type Cut = "expired" | "revoked" | "gone";

/** The watch over one request, for as long as something of its response is to come. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Why it was cut, null while it was not. */
  readonly cut: () => Cut | null;
  /** Asks core whether the caller still belongs there, and cuts if not. */
  recheck(): Promise<void>;
  /** Nothing is left to send. */
  end(): void;
  /** Ends it now. */
  stop(): void;
}

/** Timers are real; a test of an hour shortens the hour. */
const MAX_TIMEOUT_MS = 2_000_000_000;

/**
 * Watches over everything that is open: each is cut when its token expires or it has lasted long
 * enough, and when its caller is no longer let in. Asked again at intervals, and before each change
 * that it would hear of.
 */
export function createStreams(settings: Settings) {
  const { nowMs } = settings;
  const open = new Map<string, Set<Watch>>();

  function watch(
    caller: Caller,
    { tenantKey, client }: { readonly tenantKey: string; readonly client: AbortSignal },
  ): Watch {
    const controller = new AbortController();
    const startedAtMs = nowMs();
    const untilMs = Math.min(
      caller.context.credential.expiresAtMs,
      startedAtMs + settings.maxStreamMs,
    );
    let cutBy: Cut | null = null;
    let checking: Promise<void> | null = null;
    let next: Promise<void> | null = null;

    const cut = (why: Cut) => {
      if (cutBy !== null || controller.signal.aborted) return;
      cutBy = why;
      end();
      controller.abort();
    };
    const onGone = () => cut("gone");

    async function check(): Promise<void> {
      const again = await admit(caller.request, caller.endpoint, settings);
      // SECURITY: "could not find out" cuts as well. And it must be the same person and tenant.
      const isSame = again.ok && callerKey(again.caller.context) === callerKey(caller.context);
      if (!isSame || !sameGrants(again.caller, caller)) cut("revoked");
    }

    const self: Watch = {
      signal: controller.signal,
      cut: () => cutBy,
      recheck() {
        if (cutBy !== null) return Promise.resolve();
        if (checking === null) {
          checking = check().finally(() => {
            checking = null;
          });
          return checking;
        }
        // SECURITY: the one under way may have asked before whatever has just changed.
        next ??= checking.then(check).finally(() => {
          next = null;
        });
        return next;
      },
      end,
      stop: () => cut("gone"),
    };

    const timer = setInterval(() => void self.recheck(), settings.recheckMs);
    const last = setTimeout(
      () => cut("expired"),
      Math.min(Math.max(untilMs - startedAtMs, 0), MAX_TIMEOUT_MS),
    );
    unref(timer);
    unref(last);
    client.addEventListener("abort", onGone, { once: true });
    const peers = open.get(tenantKey) ?? new Set<Watch>();
    peers.add(self);
    open.set(tenantKey, peers);
    if (client.aborted) onGone();

    function end(): void {
      clearInterval(timer);
      clearTimeout(last);
      client.removeEventListener("abort", onGone);
      const set = open.get(tenantKey);
      set?.delete(self);
      if (set?.size === 0) open.delete(tenantKey);
    }
    return self;
  }

  return {
    watch,
    /** Before a tenant's subscribers hear of something: who has left must not. */
    async recheck(tenantKey: string): Promise<void> {
      await Promise.all([...(open.get(tenantKey) ?? [])].map((one) => one.recheck()));
    },
    /** Ends whatever is open. */
    close(): void {
      for (const watches of open.values()) for (const one of watches) one.stop();
    },
  };
}

/** What {@link createStreams} makes. */
export type Streams = ReturnType<typeof createStreams>;

/** A subscription was filtered by what the caller might read when it was made. */
function sameGrants(now: Caller, then: Caller): boolean {
  return [...then.context.permissions].every((permission) =>
    now.context.permissions.has(permission),
  );
}

/** Node would wait for it before it exits; other platforms have no such thing. */
function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer) {
    const { unref: release } = timer;
    if (typeof release === "function") Reflect.apply(release, timer, []);
  }
}

/** The same response, whose body ends as soon as the watch cuts it, and which says when it is over. */
export function cutShort(response: Response, watch: Watch, over: () => void): Response {
  if (response.body === null) {
    over();
    return response;
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  let isOver = false;
  const finish = () => {
    if (isOver) return;
    isOver = true;
    over();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const stop = () => {
        if (isOver) return;
        finish();
        // Some of it may be on the way; a reader that is told to stop needs no answer.
        reader.cancel().catch(() => {});
        try {
          controller.close();
        } catch {
          // The client was faster.
        }
      };
      if (watch.signal.aborted) stop();
      else watch.signal.addEventListener("abort", stop, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        finish();
        controller.close();
      } catch (error) {
        if (isOver) return;
        finish();
        controller.error(error);
      }
    },
    async cancel() {
      finish();
      await reader.cancel().catch(() => {});
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
