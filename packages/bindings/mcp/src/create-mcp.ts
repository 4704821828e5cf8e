import { engineV2 } from "./engine-v2.ts";
import { createMount, type Mcp } from "./mount.ts";
import type { McpOptions } from "./options.ts";

/**
 * An MCP server on the official SDK, version 2: protocol 2026-07-28, and clients of the protocol
 * before it unless `legacy` says otherwise. Throws `TypeError` naming the option that is wrong.
 *
 * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization MCP, Authorization}
 */
export function createMcp<P extends string>(options: McpOptions<P>): Mcp<P> {
  return createMount(options, engineV2);
}
