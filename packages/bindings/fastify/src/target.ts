import { originForm, type NodeRequest } from "@tenantry/core/node";

/** Absolute-form targets in which every router finds the same path (RFC 9112 §3.2.2). */
const PLAIN_ABSOLUTE_FORM = /^https?:\/\/[^/?#\\]+(\/|$)/i;

/**
 * The path and query that Fastify's router matches: after `rewriteUrl`, and without scheme and host.
 * SECURITY: what routers make of `http://host?/t/acme` differs. It stays as it is, and core finds no
 * path in it that could name a tenant.
 */
export function targetOf(raw: NodeRequest): string {
  const url = raw.url ?? "/";
  const isReadAlike = !url.includes("://") || url.startsWith("/") || PLAIN_ABSOLUTE_FORM.test(url);
  return isReadAlike ? originForm(url) : url;
}
