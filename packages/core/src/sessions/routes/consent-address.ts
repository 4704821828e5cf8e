import type { ConsentRequest } from "../../provider/mcp.ts";

/**
 * Schemes that run or show something, or that another program than a client answers to. Any other one
 * may be a native client's own (RFC 8252 §7.1): not all of those have the dot that they should have.
 */
const NO_CLIENT = new Set([
  "about:",
  "blob:",
  "chrome:",
  "data:",
  "file:",
  "filesystem:",
  "ftp:",
  "intent:",
  "javascript:",
  "mailto:",
  "sms:",
  "tel:",
  "vbscript:",
  "view-source:",
  "ws:",
  "wss:",
]);

/** Whether a browser may be sent there with a code: https, this machine, or a native client. */
export function isClientAddress(redirectUri: string): boolean {
  const url = URL.parse(redirectUri);
  // RFC 6749 §3.1.2: no fragment, which a client's own script could read as an answer.
  if (url === null || redirectUri.includes("#")) return false;
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol === "http:") return isLoopback(url);
  // SECURITY: a front end goes where our JSON says with its whole window.
  return !NO_CLIENT.has(url.protocol);
}

/** Whether an address is on the person's own machine (RFC 8252 §7.3). */
export function isLoopback({ hostname }: Pick<URL, "hostname">): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether the vendor sends the browser to where the page has said, and nowhere else. */
export function isWayOn(location: string, request: ConsentRequest): boolean {
  const to = URL.parse(location);
  if (to === null) return false;
  if (request.kind === "identity") {
    return to.origin === request.origin && to.username === "" && to.password === "";
  }
  const registered = URL.parse(request.client.redirectUri);
  return (
    registered !== null &&
    (["protocol", "username", "password", "host", "pathname"] as const).every(
      (part) => to[part] === registered[part],
    )
  );
}
