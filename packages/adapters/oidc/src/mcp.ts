import { matchesResource, type Claims, type McpFacts } from "@tenantry/core/provider";
import type { OidcValues } from "./options.ts";
import type { Registration } from "./registration.ts";

/** What an MCP mount must know about the issuer. */
export function mcpFacts(
  issuer: string,
  { mcpScopes = [], scopesBound }: Pick<OidcValues, "mcpScopes" | "scopesBound">,
): McpFacts {
  return {
    authorizationServers: [issuer],
    // Whatever the issuer makes of `resource` (RFC 8707): a token that does not name it opens nothing.
    resourceBinding: true,
    // The metadata tells clients.
    clientIdMetadataDocuments: false,
    dynamicClientRegistration: false,
    tenantScopes: mcpScopes,
    permissionScopes: scopesBound === "permissions",
  };
}

/**
 * What a person's access token is for, by its audience: an MCP server, or else the API. With both at
 * once it would be a key to two doors that a client was let through one by one.
 */
export function purposeOf(
  { aud }: Claims,
  { mcpResources, rules }: Registration,
): "access" | "mcp" | "other" {
  const named = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === "string");
  if (!named.some((one) => matchesResource(mcpResources, one))) return "access";
  return named.some((one) => rules.audience?.includes(one)) ? "other" : "mcp";
}
