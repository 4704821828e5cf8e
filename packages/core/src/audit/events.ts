import type { SignInMethod } from "../context.ts";

type Scalar = string | number | boolean | null;

/** A call of an MCP client. Never its arguments. */
export interface McpCall {
  /** The same in the attempt and in the outcome, and what a client sees beside an internal error. */
  readonly callId: string;
  readonly method: string;
  /** The tool, prompt or resource template. Null for what names none. */
  readonly name: string | null;
  /** What the app says the call is about: an id, not a content. */
  readonly resourceId: string | null;
  readonly accepted: string;
  readonly clientId: string | null;
  readonly traceparent: string | null;
}

/**
 * What each kind of event may say besides who, where and when. There is no field in which a token,
 * a secret or a request body could be put.
 */
export interface AuditDetails {
  readonly "sign_in.succeeded": {
    readonly sessionId: string;
    readonly instance: string;
    readonly method: SignInMethod;
  };
  readonly "sign_in.refused": { readonly instance: string };
  readonly "session.ended": { readonly sessionId: string; readonly cause: string };
  readonly "tenant.switched": { readonly sessionId: string; readonly fromTenantId: string | null };
  readonly "tenant.entered": {
    readonly sessionId: string;
    readonly homeTenantId: string;
    readonly untilMs: number;
  };
  readonly "tenant.left": { readonly sessionId: string; readonly homeTenantId: string };
  /** One request of a supporter in another tenant. The path without its query. */
  readonly "tenant.acted": {
    readonly homeTenantId: string;
    readonly method: string;
    readonly path: string;
  };
  readonly "tenant.status_changed": { readonly status: string };
  readonly "user.status_changed": { readonly userId: string; readonly status: string };
  readonly "membership.ended": { readonly userId: string; readonly status: string };
  readonly "identity.linked": { readonly userId: string; readonly evidence: string };
  readonly "machine.registered": { readonly machineId: string };
  readonly "api_key.created": { readonly keyId: string; readonly expiresAtMs: number };
  readonly "api_key.revoked": { readonly keyId: string };
  readonly "connection.changed": { readonly connectionId: string };
  readonly "connection.removed": { readonly connectionId: string };
  readonly "directory.reconciled": {
    readonly instance: string;
    readonly created: number;
    readonly updated: number;
    readonly removed: number;
  };
  /** A tenant's administrator decided about an OAuth client, a host, or all others. */
  readonly "client.decided": { readonly subject: string; readonly decision: string };
  /** A person was asked on the app's page of consent, and said yes (`granted`) or no. */
  readonly "client.consented": {
    readonly instance: string;
    /** Null where the vendor names the client later, on a page of its own. */
    readonly clientId: string | null;
    readonly granted: boolean;
    readonly scopes: string;
  };
  /** An agent's call that was let through, before it runs. */
  readonly "mcp.attempted": McpCall;
  /** What became of it; or a call that was refused. */
  readonly "mcp.finished": McpCall & { readonly durationMs: number };
  readonly "system.started": { readonly actor: string };
  /** An event of the app's own, named in `name`. Its subject is an id, not a content. */
  readonly "app.event": { readonly name: string; readonly subjectId: string | null };
}

/** The kinds of events core knows. */
export type AuditType = keyof AuditDetails;

const MCP_CALL = [
  "callId",
  "method",
  "name",
  "resourceId",
  "accepted",
  "clientId",
  "traceparent",
] as const;

/** The fields of each kind, for callers whose objects carry more than their type says. */
export const AUDIT_FIELDS: { readonly [T in AuditType]: readonly (keyof AuditDetails[T])[] } = {
  "sign_in.succeeded": ["sessionId", "instance", "method"],
  "sign_in.refused": ["instance"],
  "session.ended": ["sessionId", "cause"],
  "tenant.switched": ["sessionId", "fromTenantId"],
  "tenant.entered": ["sessionId", "homeTenantId", "untilMs"],
  "tenant.left": ["sessionId", "homeTenantId"],
  "tenant.acted": ["homeTenantId", "method", "path"],
  "tenant.status_changed": ["status"],
  "user.status_changed": ["userId", "status"],
  "membership.ended": ["userId", "status"],
  "identity.linked": ["userId", "evidence"],
  "machine.registered": ["machineId"],
  "api_key.created": ["keyId", "expiresAtMs"],
  "api_key.revoked": ["keyId"],
  "connection.changed": ["connectionId"],
  "connection.removed": ["connectionId"],
  "directory.reconciled": ["instance", "created", "updated", "removed"],
  "client.decided": ["subject", "decision"],
  "client.consented": ["instance", "clientId", "granted", "scopes"],
  "mcp.attempted": MCP_CALL,
  "mcp.finished": [...MCP_CALL, "durationMs"],
  "system.started": ["actor"],
  "app.event": ["name", "subjectId"],
};

const MAX_TEXT = 500;
/** A JWT or JWE, wherever it stands. */
const COMPACT_TOKEN = /eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g;
const QUERY = /[?#].*$/s;

/** The allowed fields of `details`, as flat values without what looks like a token. */
export function cleanDetails(type: AuditType, details: object): Readonly<Record<string, Scalar>> {
  const allowed: readonly string[] = AUDIT_FIELDS[type];
  const entries = Object.entries(details).flatMap(([name, value]: [string, unknown]) =>
    allowed.includes(name) ? [[name, cleanValue(name, value)] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** A text as the trail keeps it: one line, of bounded length, without what looks like a token. */
export function cleanText(text: string): string {
  return text
    .replaceAll(COMPACT_TOKEN, "[removed]")
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, MAX_TEXT);
}

function cleanValue(name: string, value: unknown): Scalar {
  if (typeof value === "string") {
    // Queries hold codes and states of sign-ins.
    return cleanText(name === "path" ? value.replace(QUERY, "") : value);
  }
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
