import type { AuthContext } from "../context.ts";
import type { Stores } from "../directory/ports.ts";
import type { AuditEvent } from "../directory/records.ts";
import type { Clock } from "../internal/clock.ts";
import { encodeBase64Url } from "../internal/encoding.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import { cleanDetails, cleanText, type AuditDetails, type AuditType } from "./events.ts";

/** What the trail needs. */
export interface AuditOptions {
  readonly stores: Pick<Stores, "audit">;
  readonly nowMs: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
}

/** An event to record. Its id and time are added. */
export interface AuditEntry<T extends AuditType = AuditType> {
  readonly type: T;
  readonly outcome: AuditEvent["outcome"];
  readonly tenantId: string | null;
  readonly principal: AuditEvent["principal"];
  readonly actors?: AuditEvent["actors"];
  /** Why, in the words of the person who did it. */
  readonly reason?: string;
  readonly details: AuditDetails[T];
}

/** Writes the audit trail. */
export interface Audit {
  /**
   * Records an event. If the store cannot, it is logged and life goes on; with `strict` it rejects
   * with `store_unavailable`, and what was to be recorded must not happen.
   */
  record<T extends AuditType>(
    entry: AuditEntry<T>,
    options?: { readonly strict?: boolean },
  ): Promise<Result<AuditEvent>>;
}

const ID_BYTES = 16;

/** Makes {@link Audit}. */
export function createAudit({ stores, nowMs, randomBytes, log }: AuditOptions): Audit {
  return {
    async record(entry, { strict = false } = {}) {
      const { type, outcome, tenantId, principal, actors = [], reason, details } = entry;
      const event: AuditEvent = {
        id: `evt_${encodeBase64Url(randomBytes(ID_BYTES))}`,
        atMs: nowMs(),
        type,
        outcome,
        tenantId,
        // Field by field: a caller's object may be a whole context.
        principal: { kind: principal.kind, id: principal.id },
        actors: actors.map(({ kind, id }) => ({ kind, id })),
        ...(reason === undefined ? {} : { reason: cleanText(reason) }),
        details: cleanDetails(type, details),
      };
      try {
        await stores.audit.append(event);
        return ok(event);
      } catch (error) {
        const name = error instanceof Error ? error.name : "unknown";
        log({ level: "error", event: "audit.append_failed", reason: name, fields: { type } });
        // SECURITY: whoever asked for strictness may only go on when it is on record.
        return strict ? reject("store_unavailable") : ok(event);
      }
    },
  };
}

/** Who and where of an event, as a context tells. */
export function auditSubject(
  context: Pick<AuthContext, "principal" | "tenant" | "actors">,
): Pick<AuditEntry, "tenantId" | "principal" | "actors"> {
  const { principal, tenant, actors } = context;
  return {
    tenantId: tenant?.id ?? null,
    principal: { kind: principal.kind, id: principal.id },
    actors: actors.map(({ kind, id }) => ({ kind, id })),
  };
}
