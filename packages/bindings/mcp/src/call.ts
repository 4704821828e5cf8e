import type { AuthContext, AuthRequest, Outcome } from "@tenantry/core/http";
import type { Message } from "./body.ts";
import type { Registered } from "./registered.ts";

/** A caller whom the pipeline has let in. */
export interface Caller {
  readonly context: AuthContext;
  readonly outcome: Outcome & { readonly kind: "authenticated" };
  /** The endpoint that the request came to: the shared one, or one tenant's. */
  readonly endpoint: Endpoint;
  /** For asking again, while a stream is open. Holds the credential: nothing but core gets it. */
  readonly request: AuthRequest;
}

/** One address that clients connect to, with metadata and an audience of its own. */
export interface Endpoint {
  readonly resource: string;
  readonly metadataUrl: string;
  /** The tenant in the path, as it came. Null on the shared endpoint. */
  readonly tenant: string | null;
}

/** One HTTP request of a caller, on its way through the SDK. */
export interface Call {
  readonly caller: Caller;
  /** What the server of this request knows of. SECURITY: all else does not exist for it. */
  readonly exposed: ReadonlySet<Registered>;
  /** The messages with an id, by it. */
  readonly messages: ReadonlyMap<string | number, Message>;
  /** On record, by the id of the JSON-RPC message. */
  readonly records: ReadonlyMap<string | number, CallRecord>;
  /** Aborted when the client is gone or may not stay. */
  readonly signal: AbortSignal;
}

/** One call on the audit trail. */
export interface CallRecord {
  readonly callId: string;
  readonly method: string;
  readonly entry: Registered;
  readonly startedAtMs: number;
  /** Writes what became of it, once. */
  finish(outcome: "ok" | "error" | "denied", facts?: { readonly reason?: string }): void;
  /** What the app says the call is about. */
  about(resourceId: string): void;
}

/** Same person or machine, same issuer, same tenant. What sessions, states and handles belong to. */
export function callerKey({ principal, tenant, provider }: AuthContext): string {
  // SECURITY: JSON keeps the parts apart. Not the client: all users of one client share its id.
  return JSON.stringify([
    provider.instance,
    provider.issuer,
    principal.kind,
    principal.id,
    tenant?.id ?? null,
  ]);
}
