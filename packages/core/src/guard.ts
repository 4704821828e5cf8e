import { AuthError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import type { Grants } from "./permissions/grants.ts";

/** What a handler asks for. */
export type Requirement<P extends string = string> =
  | { readonly kind: "auth" }
  | { readonly kind: "tenant" }
  | { readonly kind: "permission"; readonly permissions: readonly P[] };

/**
 * Decides whether a handler may run: null, or the error to answer. `undefined` as outcome means that
 * nobody called `authenticate` before this guard, which is the developer's mistake and never lets through.
 */
export function guard<P extends string>(
  outcome: Outcome<P> | undefined,
  requirement: Requirement<P>,
  facts: { readonly grants: Grants<P>; readonly log: Log },
): AuthError | null {
  if (outcome === undefined) {
    facts.log({
      level: "error",
      event: "guard.authenticate_missing",
      reason: `${requirement.kind} guard ran without authenticate() before it: put authenticate() in front of this handler`,
    });
    return new AuthError("misconfigured", { reason: "authenticate_missing" });
  }
  if (outcome.kind === "refused") return outcome.error;
  if (outcome.kind !== "authenticated") return new AuthError("credential_missing");
  if (requirement.kind === "auth") return null;

  const { context } = outcome;
  if (context.tenant === null) return new AuthError("tenant_required", { reason: "no_tenant" });
  if (requirement.kind === "tenant") return null;
  return missingPermission(context.permissions.hasAll(requirement.permissions), () =>
    facts.grants.withheldByScope(context, requirement.permissions),
  );
}

function missingPermission(granted: boolean, withheld: () => readonly string[]): AuthError | null {
  if (granted) return null;
  // The role has it and only the token's scopes lack it: asking for the scope helps, so say which.
  const scopes = withheld();
  return scopes.length > 0
    ? new AuthError("scope_insufficient", { reason: "scope_missing", scopes })
    : new AuthError("permission_denied", { reason: "permission_missing" });
}
