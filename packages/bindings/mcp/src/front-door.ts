import type { AuthRequest } from "@tenantry/core/http";
import type { Settings } from "./options.ts";
import { refusal } from "./responses.ts";

/**
 * Refuses pages of other sites, and names that are not ours: a page can point a name of its own at
 * this machine (DNS rebinding), and then the browser sends that name. Null: it may go on.
 */
export function refuseAtDoor(
  request: AuthRequest,
  url: string,
  { hosts, origins }: Pick<Settings, "hosts" | "origins">,
): Response | null {
  const [host, ...moreHosts] = request.header("host");
  // Platforms that have no Host header line put the name into the address.
  const authority = host ?? new URL(url).host;
  const name = URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`).hostname : null;
  if (moreHosts.length > 0 || name === null || !hosts.has(name)) {
    return refusal(403, "host_refused", { description: "This host name is not served here." });
  }
  const [origin, ...moreOrigins] = request.header("origin");
  if (moreOrigins.length > 0 || (origin !== undefined && !origins.has(origin))) {
    return refusal(403, "origin_refused", {
      description: "Pages of this origin may not call this.",
    });
  }
  return null;
}

/** What pages of an allowed origin may see. Nothing for all others. */
export function setCors(headers: Headers, request: AuthRequest, settings: Settings): void {
  const [origin] = request.header("origin");
  if (origin === undefined || !settings.origins.has(origin)) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", "WWW-Authenticate, Mcp-Session-Id");
}

/** The answer to a preflight of an allowed origin. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "POST, GET, DELETE, OPTIONS",
      "access-control-allow-headers":
        "Authorization, Content-Type, Accept, Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Traceparent",
      "access-control-max-age": "600",
      vary: "Origin",
    },
  });
}
