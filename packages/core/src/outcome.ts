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

const NO_COOKIES: readonly string[] = Object.freeze([]);

/** Nobody. */
export const ANONYMOUS = Object.freeze({ kind: "anonymous", setCookies: NO_COOKIES } as const);

/** A refusal, with the cookies that the response must carry all the same. */
export function refuse(
  error: AuthError,
  setCookies: readonly string[] = NO_COOKIES,
): Outcome & { readonly kind: "refused" } {
  return { kind: "refused", error, setCookies };
}
