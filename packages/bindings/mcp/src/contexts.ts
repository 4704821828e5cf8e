import type { AuthContext, Log, TenantScope } from "@tenantry/core";

/** Seals small values that travel through a client, for this caller in this tenant alone. */
export interface Handles {
  /** A text that stands for `value`: a cursor, a draft, a job. Default life: one hour. */
  mint(
    kind: string,
    value: unknown,
    options?: { readonly expiresInSeconds?: number },
  ): Promise<string>;
  /** The value, or null: forged, expired, of another kind, of another caller or tenant. */
  open(kind: string, handle: string): Promise<unknown>;
}

/** What a handler may do in the protocol besides answering. */
export interface ProtocolContext {
  /** Tells the client how far the call is, if it asked to be told. */
  progress(progress: number, total?: number, message?: string): Promise<void>;
  /**
   * What the `requestState` of this round holds, if the call goes on after `input_required`. It was
   * sealed for this caller, tenant, method, name and arguments; anything else never gets here.
   */
  readonly state: string | undefined;
  /** The client's answers to `inputRequests`, by their ids. Untrusted. */
  readonly inputResponses: Readonly<Record<string, unknown>>;
}

/** What every handler gets. */
interface CallContext {
  /** Aborted when the client is gone, its token expires or its member is removed. */
  readonly signal: AbortSignal;
  readonly handles: Handles;
  /**
   * Writes a line to the server's log with the `callId` and, where there is one, the `tenantId`: those
   * two are the call's own, whatever the line's fields say.
   */
  readonly log: Log;
  readonly mcp: ProtocolContext;
  /** The same as in the audit trail. */
  readonly callId: string;
}

/** What the handler of a tool, resource or prompt gets: a tenant, always. */
export interface TenantCallContext<P extends string> extends CallContext {
  readonly auth: AuthContext<P>;
  /** What a data layer takes. Core minted it for this request; there is no way to make one. */
  readonly tenant: TenantScope;
}

/** Who asks, without anything of a tenant. */
export type TenantlessAuth = Pick<
  AuthContext,
  "principal" | "credential" | "authentication" | "actors" | "provider"
>;

/** What the handler of a tenantless tool gets: nothing that a data layer would take. */
export interface TenantlessCallContext extends CallContext {
  readonly auth: TenantlessAuth;
}
