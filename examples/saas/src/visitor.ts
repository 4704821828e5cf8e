import type { Auth, AuthContext, Principal } from "@tenantry/core";
import { tenantsOf, type TenantLink } from "./directory.ts";
import type { Permission } from "./permissions.ts";

/** Who looks at a page, and what its frame shows of them. */
export interface Visitor {
  readonly context: AuthContext<Permission>;
  readonly name: string;
  readonly tenants: readonly TenantLink[];
  readonly nowMs: number;
}

/** Null: nobody is signed in. */
export async function visitorOf(
  context: AuthContext<Permission> | null,
  auth: Pick<Auth, "directory">,
): Promise<Visitor | null> {
  if (context === null) return null;
  const { principal } = context;
  return {
    context,
    name: nameOf(principal),
    tenants: principal.kind === "user" ? await tenantsOf(auth, principal.id) : [],
    nowMs: Date.now(),
  };
}

/** What to call somebody. A provider need not tell a name, nor an address. */
export function nameOf(principal: Principal): string {
  if (principal.name !== undefined) return principal.name;
  return (principal.kind === "user" ? principal.email?.value : undefined) ?? principal.id;
}
