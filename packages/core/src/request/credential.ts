import type { AuthErrorCode } from "../errors.ts";
import type { Provider } from "../provider/define-provider.ts";
import type { CredentialSource, FrontEndPage } from "../provider/credentials.ts";
import { hasImpostor, parseCookies } from "./cookies.ts";
import { isSafeMethod, originAllowed } from "./csrf.ts";
import { isDocumentGet } from "./document-get.ts";
import type { AuthRequest } from "./request.ts";

/** The one credential that a request presents. */
export type Presented =
  | { readonly kind: "none" }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "session_cookie"; readonly value: string }
  | {
      readonly kind: "vendor_cookie";
      readonly provider: Provider;
      readonly token: string;
      /** As {@link CredentialSource.open}. */
      readonly open?: CredentialSource["open"];
      /** Set on document GETs, where the vendor's front end may be asked to renew it. */
      readonly page: Omit<FrontEndPage, "url"> | null;
    }
  /** No credential, on a document GET of a site where a vendor's front end may still know somebody. */
  | { readonly kind: "front_end"; readonly page: Omit<FrontEndPage, "url"> }
  | { readonly kind: "refused"; readonly code: AuthErrorCode; readonly reason: string };

/** What decides the choice. */
export interface CredentialRules {
  readonly sessionCookie: string;
  readonly providers: readonly Provider[];
  readonly allowedOrigins: readonly string[];
  /** Whether the mount takes session credentials at all; otherwise no cookie is looked at. */
  readonly cookies: boolean;
}

/**
 * RFC 6750 §2.1: `Bearer` in any letter case, one or more spaces, a token68, nothing after it. The
 * blanks around are those of RFC 9110 §5.5, and no other white space.
 */
const BEARER = /^[ \t]*bearer +([A-Za-z0-9\-._~+/]+=*)[ \t]*$/i;

const MAX_AUTHORIZATION = 16_384;

/**
 * Step 1: which credential does this request present? An `Authorization` header wins, and cookies
 * are then not read; if it fails there is no fallback to them. Never from the query or the body.
 */
export function chooseCredential(request: AuthRequest, rules: CredentialRules): Presented {
  const authorization = request.header("authorization");
  if (authorization.length > 1) return refused("credential_malformed", "authorization_repeated");
  const line = authorization[0];
  if (line !== undefined) return readAuthorization(line);
  if (!rules.cookies) return { kind: "none" };
  return chooseCookie(request, rules);
}

function readAuthorization(line: string): Presented {
  if (line.length > MAX_AUTHORIZATION)
    return refused("credential_malformed", "authorization_too_long");
  // Two headers that something on the way merged into one (RFC 9110 §5.3). A token68 has no comma.
  if (line.includes(",")) return refused("credential_malformed", "authorization_list");
  const match = BEARER.exec(line);
  const token = match?.[1];
  if (token === undefined) return refused("credential_invalid", "authorization_not_bearer");
  return { kind: "bearer", token };
}

function chooseCookie(request: AuthRequest, rules: CredentialRules): Presented {
  const jar = parseCookies(request.header("cookie"));
  if (jar === null) return refused("credential_malformed", "cookies_too_long");
  // SECURITY: only a page can follow a redirect and come back; an API call must never get one.
  const page = isDocumentGet(request) ? { jar, request } : null;

  const found: Presented[] = [];
  if (hasImpostor(jar, rules.sessionCookie)) {
    return refused("credential_malformed", "session_cookie_impostor");
  }
  for (const value of jar.all(rules.sessionCookie)) found.push({ kind: "session_cookie", value });
  for (const provider of rules.providers) {
    for (const source of provider.credentials ?? []) {
      const picked = source.pick(jar);
      if (picked.kind === "conflict")
        return refused("credential_malformed", "vendor_cookie_conflict");
      if (picked.kind !== "one") continue;
      const open = source.open?.bind(source);
      const sealed = open === undefined ? {} : { open };
      found.push({ kind: "vendor_cookie", provider, token: picked.token, page, ...sealed });
    }
  }
  const [first, second] = found;
  if (first === undefined) {
    const isAsked = rules.providers.some(({ browserSession }) => browserSession !== undefined);
    return page !== null && isAsked ? { kind: "front_end", page } : { kind: "none" };
  }
  if (second !== undefined) return refused("credential_malformed", "session_cookie_repeated");

  // SECURITY: here and not in a binding or an app, so that no cookie-authenticated write can be
  // added without it.
  if (!isSafeMethod(request.method) && !originAllowed(request, rules.allowedOrigins)) {
    return refused("csrf_refused", "origin_not_ours");
  }
  return first;
}

function refused(code: AuthErrorCode, reason: string): Presented {
  return { kind: "refused", code, reason };
}
