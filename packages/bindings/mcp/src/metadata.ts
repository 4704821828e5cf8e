import type { Endpoint } from "./call.ts";
import type { Settings } from "./options.ts";

/**
 * The metadata of a protected resource: public, the same for everybody, readable by pages of any
 * origin.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3.2 RFC 9728 §3.2}
 */
export function metadataResponse(method: string, endpoint: Endpoint, settings: Settings): Response {
  const headers = new Headers({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "*",
    "cache-control": "public, max-age=300",
    "x-content-type-options": "nosniff",
  });
  if (method === "OPTIONS") return new Response(null, { status: 204, headers });
  if (method !== "GET" && method !== "HEAD") {
    headers.set("allow", "GET, HEAD, OPTIONS");
    return new Response(null, { status: 405, headers });
  }
  const { baselineScopes, authorizationServers, serverInfo } = settings;
  const body = {
    resource: endpoint.resource,
    authorization_servers: authorizationServers,
    ...(baselineScopes.length === 0 ? {} : { scopes_supported: baselineScopes }),
    bearer_methods_supported: ["header"],
    resource_name: serverInfo.title ?? serverInfo.name,
  };
  return Response.json(body, { headers });
}
