import type { AuthRequest } from "./request.ts";

/** Whether an address is one of the proxies that may speak for the client. */
export type ProxyTest = (address: string | undefined) => boolean;

/**
 * The host name that the client asked for, lower case and without port, or null if the request does
 * not say it exactly once in a well-formed way. `X-Forwarded-Host` counts only from a listed proxy.
 */
export function publicHost(request: AuthRequest, isTrustedProxy: ProxyTest): string | null {
  // SECURITY: without the test, any client could choose its tenant's host, or anybody's.
  if (isTrustedProxy(request.remoteAddress)) {
    const forwarded = request.header("x-forwarded-host");
    if (forwarded.length > 0) return forwarded.length === 1 ? hostName(forwarded[0] ?? "") : null;
  }
  const host = request.header("host");
  return host.length === 1 ? hostName(host[0] ?? "") : null;
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const PORT = /^(?::[0-9]{1,5})?$/;

function hostName(value: string): string | null {
  if (value.startsWith("[")) {
    const end = value.indexOf("]");
    const address = value.slice(1, end);
    if (end === -1 || !/^[0-9a-f:.]+$/i.test(address) || !PORT.test(value.slice(end + 1)))
      return null;
    return `[${address.toLowerCase()}]`;
  }
  const colon = value.indexOf(":");
  const name = colon === -1 ? value : value.slice(0, colon);
  const port = colon === -1 ? "" : value.slice(colon);
  // One trailing dot is the same name (RFC 3986 §3.2.2); the router may not know that.
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  const isName = NAME.test(bare) && !bare.includes("..") && PORT.test(port);
  // SECURITY: only after the check, or else U+212A (the Kelvin sign) would have become a `k` before it.
  return isName ? bare.toLowerCase() : null;
}
