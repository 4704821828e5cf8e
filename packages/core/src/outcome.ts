import type { AuthContext } from "./context.ts";
import type { AuthError } from "./errors.ts";

/** What became of a request. Every binding renders the four alike. */
export type Outcome<P extends string = string> = {
  /** `Set-Cookie` values that the response must carry, whatever the kind. */
  readonly setCookies: readonly string[];
} & (
  | { readonly kind: "authenticated"; readonly context: AuthContext<P> }
  | { readonly kind: "anonymous" }
  | { readonly kind: "refused"; readonly error: AuthError }
  /** Only ever on top-level document GETs, to renew a vendor's front-end session. */
  | { readonly kind: "redirect"; readonly location: string }
);
