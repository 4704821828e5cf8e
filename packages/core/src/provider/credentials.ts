import type { Rejection, Result } from "../internal/result.ts";
import type { CookieJar } from "../request/cookies.ts";
import type { AuthRequest } from "../request/request.ts";
import type { Identity } from "../tokens/profile.ts";
import type { ProviderTools } from "./login-flow.ts";

/** A place besides `Authorization` and our own cookie where this vendor's credential may be. */
export interface CredentialSource {
  readonly name: string;
  /** Cookie names, exact. */
  readonly cookies: readonly string[];
  /** Pure: at most one credential, or a conflict that core refuses. */
  pick(
    jar: CookieJar,
  ):
    | { readonly kind: "none" }
    | { readonly kind: "one"; readonly token: string }
    | { readonly kind: "conflict" };
  /**
   * For a value that seals its token: the token within, which core verifies; null for a value that is
   * not to be opened. No network: only a page's renewal may ask the vendor.
   */
  open?(value: string): Promise<string | null>;
}

/** What a page's request shows of the vendor's front end. */
export interface FrontEndPage {
  readonly jar: CookieJar;
  readonly request: AuthRequest;
  /** The page's address on the configured base URL: where a renewal at the vendor comes back to. */
  readonly url: URL;
}

/**
 * Renewal for cookies that the vendor's front end owns. Only asked on top-level document GETs, when
 * the vendor's cookie holds a token that is otherwise good and has expired, or when the request
 * presents no credential at all.
 */
export interface BrowserSession {
  /**
   * `token`: a new one, which core verifies like one from the cookie; its cookies are sent only if
   * it is good. `redirect`: the vendor renews it and sends the browser back. `none`: there is nothing
   * to renew; its cookies, if any, say so to the front end. Whoever redirects must see that it does not go on for ever.
   */
  recover(
    page: FrontEndPage,
    tools: ProviderTools,
  ): Promise<
    | { readonly kind: "none"; readonly setCookies?: readonly string[] }
    | { readonly kind: "token"; readonly token: string; readonly setCookies: readonly string[] }
    | {
        readonly kind: "redirect";
        readonly location: string;
        readonly setCookies: readonly string[];
      }
    | ({ readonly kind: "refused" } & Rejection)
  >;
}

/** Opaque access tokens and vendor API keys: only the vendor can tell what they are. */
export interface OpaqueCredentials {
  readonly kind: "access" | "m2m" | "api_key";
  /** Pure. Core asks the vendor only if exactly one configured provider recognises the value. */
  recognises(credential: string): boolean;
  verify(
    credential: string,
    request: { readonly resource?: string },
    tools: ProviderTools,
  ): Promise<Result<Identity>>;
  /** As {@link TokenProfile.scopes}. */
  readonly scopes: "permissions" | "none";
  readonly roles: "token" | "directory";
}
