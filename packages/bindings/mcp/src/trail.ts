import type { Auth } from "@tenantry/core/http";
import type { Caller, CallRecord } from "./call.ts";
import type { Registered } from "./registered.ts";
import type { Settings } from "./options.ts";

/** RFC-like form of W3C Trace Context: version, trace, parent, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

type Outcome = "ok" | "error" | "denied";

/** Puts calls on the audit trail: the attempt, and what became of it. Never the arguments. */
export function createTrail(settings: Pick<Settings, "auth" | "strictAudit" | "nowMs">) {
  const { strictAudit, nowMs } = settings;
  const http: Auth["http"] = settings.auth.http;

  function details(caller: Caller, method: string, facts: Facts) {
    const { credential } = caller.context;
    const [traceparent] = caller.request.header("traceparent");
    return {
      callId: facts.callId,
      method,
      name: nameOf(facts.entry),
      resourceId: facts.resourceId,
      accepted: credential.accepted,
      clientId: credential.clientId ?? credential.id ?? null,
      traceparent: traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : null,
    };
  }

  return {
    /** The record of a call that may run. Null: it must not, because it could not be put on record. */
    async attempt(caller: Caller, method: string, entry: Registered): Promise<CallRecord | null> {
      const callId = crypto.randomUUID();
      const startedAtMs = nowMs();
      let resourceId: string | null = null;
      let isFinished = false;
      const recorded = http.record(caller.context, {
        type: "mcp.attempted",
        outcome: "ok",
        details: details(caller, method, { callId, entry, resourceId }),
      });
      // SECURITY: awaited only where that was asked for; core logs a store that cannot.
      if (strictAudit && !(await recorded)) return null;
      return {
        callId,
        method,
        entry,
        startedAtMs,
        about(id) {
          resourceId = id;
        },
        finish(outcome, { reason } = {}) {
          if (isFinished) return;
          isFinished = true;
          void http.record(caller.context, {
            type: "mcp.finished",
            outcome,
            ...(reason === undefined ? {} : { reason }),
            details: {
              ...details(caller, method, { callId, entry, resourceId }),
              durationMs: nowMs() - startedAtMs,
            },
          });
        },
      };
    },

    /** A call that was refused before it could run. */
    denied(
      caller: Caller,
      call: {
        readonly method: string;
        readonly entry?: Registered | undefined;
        readonly reason: string;
      },
    ): void {
      void http.record(caller.context, {
        type: "mcp.finished",
        outcome: "denied" satisfies Outcome,
        reason: call.reason,
        details: {
          ...details(caller, call.method, {
            callId: crypto.randomUUID(),
            entry: call.entry,
            resourceId: null,
          }),
          durationMs: 0,
        },
      });
    },
  };
}

interface Facts {
  readonly callId: string;
  readonly entry: Registered | undefined;
  readonly resourceId: string | null;
}

/** A name of ours: what a caller made up does not get onto the trail. */
function nameOf(entry: Registered | undefined): string | null {
  return entry?.name ?? null;
}

/** What {@link createTrail} makes. */
export type Trail = ReturnType<typeof createTrail>;
