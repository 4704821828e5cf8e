/** The emulator's endpoints by the names that tests use. */
export type Endpoint =
  | "discovery"
  | "jwks"
  | "authorization"
  | "par"
  | "token"
  | "userinfo"
  | "introspection"
  | "revocation"
  | "logout"
  | "registration"
  | "sign-in"
  | "other";

const PATHS: ReadonlyMap<string, Endpoint> = new Map([
  ["/.well-known/openid-configuration", "discovery"],
  ["/.well-known/oauth-authorization-server", "discovery"],
  ["/jwks", "jwks"],
  ["/auth", "authorization"],
  ["/request", "par"],
  ["/token", "token"],
  ["/me", "userinfo"],
  ["/token/introspection", "introspection"],
  ["/token/revocation", "revocation"],
  ["/session/end", "logout"],
  ["/reg", "registration"],
  ["/sign-in", "sign-in"],
]);

/** Names the endpoint that serves a path; paths below one (`/auth/…`) count as that one. */
export function endpointOf(pathname: string): Endpoint {
  const exact = PATHS.get(pathname);
  if (exact !== undefined) return exact;
  for (const prefix of ["/auth", "/session/end", "/sign-in"]) {
    if (pathname.startsWith(`${prefix}/`)) return PATHS.get(prefix) ?? "other";
  }
  return "other";
}
