import type { AuthRequest } from "../request/request.ts";

/** What a request says about its tenant in one place. */
export type TenantHint =
  | { readonly kind: "none" }
  /** A slug, well-formed; whether it exists is not known yet. */
  | { readonly kind: "named"; readonly slug: string }
  /** The place names a tenant in a way the router may read differently. Always refused as not found. */
  | { readonly kind: "malformed" };

/** One place where a request may name a tenant. */
export interface TenantStrategy {
  readonly name: string;
  /** Pure. `host` is the trusted public host name of this request, without port. */
  read(request: AuthRequest, host: string): TenantHint;
}
