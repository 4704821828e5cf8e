import type { AuthRequest } from "../request/request.ts";
import { hintFrom, type TenantHint, type TenantStrategy } from "./strategies.ts";

/** What all places of a request that may name a tenant say together. */
export type AgreedHint =
  | { readonly kind: "none" }
  | { readonly kind: "named"; readonly slug: string }
  | {
      readonly kind: "refused";
      readonly reason: "tenant_hint_malformed" | "tenant_hints_disagree";
    };

/** Reads every configured place, and the router's own parameter if the mount gives it. All must agree. */
export function agreeOnHint(
  request: AuthRequest,
  strategies: readonly TenantStrategy[],
  facts: { readonly host: string | null; readonly routerTenant: string | undefined },
): AgreedHint {
  const hints: TenantHint[] = strategies.map((strategy) => strategy.read(request, facts.host));
  if (facts.routerTenant !== undefined) hints.push(hintFrom(facts.routerTenant));

  let slug: string | undefined;
  for (const hint of hints) {
    if (hint.kind === "malformed") return { kind: "refused", reason: "tenant_hint_malformed" };
    if (hint.kind === "none") continue;
    // SECURITY: never "the first one wins": one part of the app may read the other place.
    if (slug !== undefined && slug !== hint.slug) {
      return { kind: "refused", reason: "tenant_hints_disagree" };
    }
    slug = hint.slug;
  }
  return slug === undefined ? { kind: "none" } : { kind: "named", slug };
}
