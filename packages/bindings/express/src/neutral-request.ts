import type { Request } from "express";
import type { AuthRequest } from "@tenantry/core/http";

/** An absolute-form target, which every server has to understand (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The path and query that the router sees. SECURITY: Express drops scheme and host of an
 * absolute-form target before it matches; what core reads the tenant from must be the same path.
 */
export function targetOf<Params>(req: Request<Params>): string {
  const target = req.originalUrl.replace(ABSOLUTE_FORM, "");
  return target.startsWith("/") ? target : `/${target}`;
}

/** The request as core wants it: field lines as received, and the peer that really connected. */
export function neutralRequest<Params>(req: Request<Params>): AuthRequest {
  // SECURITY: not `req.headers` (drops or joins repeats), `req.ip` or `req.hostname` (believe
  // `X-Forwarded-*` as soon as "trust proxy" is set).
  const lines = req.headersDistinct;
  const { remoteAddress } = req.socket;
  return {
    method: req.method,
    target: targetOf(req),
    header: (name) => (Object.hasOwn(lines, name) ? (lines[name] ?? []) : []),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  };
}
