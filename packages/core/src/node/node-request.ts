import type { IncomingMessage } from "node:http";
import type { AuthRequest } from "../request/request.ts";

/** What of `IncomingMessage` is read: the part that HTTP/2 requests of Node have as well. */
export type NodeRequest = Pick<
  IncomingMessage,
  | "complete"
  | "headers"
  | "httpVersionMajor"
  | "iterator"
  | "method"
  | "rawHeaders"
  | "readableDidRead"
  | "socket"
  | "url"
>;

/** Scheme and host of an absolute-form target, which every server has to understand (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The path and query of a request target. SECURITY: servers drop scheme and host of an absolute-form
 * target before they match; what core reads the tenant from must be the same path.
 */
export function originForm(target: string): string {
  const path = target.replace(ABSOLUTE_FORM, "");
  return path.startsWith("/") ? path : `/${path}`;
}

/**
 * The neutral form of a Node request: field lines as received, and the peer that really connected.
 * `target` is the path and query that the router matches, where that is not `req.url`.
 */
export function fromNodeRequest(
  req: NodeRequest,
  target: string = originForm(req.url ?? "/"),
): AuthRequest {
  // SECURITY: not `req.headers`, which drops or joins what was sent twice.
  let lines: ReadonlyMap<string, readonly string[]> | undefined;
  const { remoteAddress } = req.socket;
  return {
    method: req.method ?? "GET",
    target,
    header(name) {
      lines ??= fieldLines(req.rawHeaders);
      return lines.get(name) ?? [];
    },
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  };
}

/** The field lines by lower-case name, in the order in which they came. */
function fieldLines(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const known = lines.get(name);
    if (known === undefined) lines.set(name, [value]);
    else known.push(value);
  }
  // HTTP/2 has the host as a pseudo-header (RFC 9113 §8.3.1).
  const authority = lines.get(":authority");
  if (authority !== undefined && !lines.has("host")) lines.set("host", authority);
  return lines;
}
