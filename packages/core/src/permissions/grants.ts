import type { AuthContext } from "../context.ts";
import type { PermissionSet } from "./permission-set.ts";

/**
 * Remembers, beside each context and not in it, which permissions its role has and only its scopes
 * withhold. A guard needs that to tell "ask for the scope" from "your role may not".
 */
export interface Grants<P extends string> {
  remember(context: AuthContext<P>, withheld: PermissionSet<P>): void;
  /** The asked permissions that only scopes withhold, if those are all that is missing. Else none. */
  withheldByScope(context: AuthContext<P>, asked: readonly P[]): readonly P[];
}

/** One per auth instance. */
export function createGrants<P extends string>(): Grants<P> {
  const withheldOf = new WeakMap<AuthContext<P>, PermissionSet<P>>();
  return {
    remember(context, withheld) {
      if (withheld.size > 0) withheldOf.set(context, withheld);
    },
    withheldByScope(context, asked) {
      const withheld = withheldOf.get(context);
      const missing = asked.filter((permission) => !context.permissions.has(permission));
      if (withheld === undefined || missing.length === 0) return [];
      return missing.every((permission) => withheld.has(permission)) ? missing : [];
    },
  };
}
