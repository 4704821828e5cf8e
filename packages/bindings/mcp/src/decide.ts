import type { Auth } from "@tenantry/core/http";
import type { Caller } from "./call.ts";
import type { Registered } from "./registered.ts";

/** What a caller may do with something that is registered. */
export type Decision =
  | { readonly kind: "allowed" }
  /** The role allows it and the token does not: the client can ask for the scopes. */
  | { readonly kind: "scope_missing"; readonly permissions: readonly string[] }
  /** It does not exist for this caller. */
  | { readonly kind: "hidden" }
  /** It needs a tenant, and the token names none. */
  | { readonly kind: "tenant_required" };

const ALLOWED: Decision = { kind: "allowed" };
const HIDDEN: Decision = { kind: "hidden" };

/** Asks core. There is no other place where a permission is looked at. */
export function decide(auth: Pick<Auth, "http">, caller: Caller, entry: Registered): Decision {
  if (entry.permissions === null) return ALLOWED;
  const error = auth.http.guard(caller.outcome, {
    kind: "permission",
    permissions: entry.permissions,
  });
  if (error === null) return ALLOWED;
  if (error.code === "tenant_required") return { kind: "tenant_required" };
  // Only an OAuth client of a person can come back with more: keys and machines have what they have.
  const canStepUp = caller.context.credential.accepted === "mcp";
  if (error.code === "scope_insufficient" && canStepUp) {
    return { kind: "scope_missing", permissions: error.details.scopes ?? [] };
  }
  return HIDDEN;
}

/** Whether a list shows it: what is allowed, and what the client could ask for. */
export function isListed(decision: Decision): boolean {
  return decision.kind === "allowed" || decision.kind === "scope_missing";
}
