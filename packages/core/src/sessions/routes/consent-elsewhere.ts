import type { PageLink } from "../pages/pages.ts";
import { authAddress } from "./addresses.ts";
import type { Visitor } from "./consent-visitor.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { redirect, type Reply } from "./reply.ts";

/**
 * SECURITY: nobody is asked to let a client act in one tenant that wants to act in another. They sign in
 * to that one and come back.
 */
export async function toTenantOf(
  { tenant: named }: { readonly tenant?: string },
  { context, provider, setCookies }: Visitor,
  { address, deps }: { readonly address: string; readonly deps: AuthRoutesDeps },
): Promise<Reply | null> {
  const { tenant: here, principal } = context;
  if (named === undefined || named === here.slug || named === here.id) return null;
  // By an id one's own tenants are found, and no others: an absent one and a foreign one look alike.
  const own = await deps.directory.tenantsOf(principal.id);
  const slug = own.find(({ tenant }) => tenant.id === named)?.tenant.slug;
  const there = { provider: provider.instance, tenant: slug ?? named, returnTo: address };
  return redirect(authAddress(deps, "login", there), setCookies);
}

/** The same question elsewhere: in the person's other tenants, each behind a switch, or signed in anew. */
export async function othersOf(
  { principal, tenant, provider }: Visitor["context"],
  returnTo: string,
  deps: AuthRoutesDeps,
): Promise<readonly PageLink[]> {
  const own = await deps.directory.tenantsOf(principal.id);
  const tenants = own
    .filter((one) => one.tenant.id !== tenant.id)
    .toSorted((a, b) => a.tenant.name.localeCompare(b.tenant.name))
    .map((one) => ({
      label: `Use ${one.tenant.name} instead`,
      href: authAddress(deps, "switch", { tenant: one.tenant.slug, returnTo }),
    }));
  const anew = { provider: provider.instance, returnTo };
  return [...tenants, { label: SIGN_IN_ANEW, href: authAddress(deps, "login", anew) }];
}

/** What the directory does not know of yet, the provider may. */
const SIGN_IN_ANEW = "Sign in with another account or organization";
