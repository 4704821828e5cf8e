import { engineV1 } from "./engine-v1.ts";
import { createMount, type Mcp } from "./mount.ts";
import type { McpOptions } from "./options.ts";

export type { Mcp, Notifier } from "./mount.ts";
export type { McpOptions } from "./options.ts";

/**
 * The same server on version 1 of the official SDK, for apps that cannot leave it yet: protocol
 * 2025-11-25 and before, one server and transport for each request, and no subscriptions. Throws
 * `TypeError` naming the option that is wrong.
 */
export function createMcp<P extends string>(
  options: Omit<McpOptions<P>, "legacy"> & { readonly legacy?: "stateless" },
): Mcp<P> {
  return createMount(options, engineV1);
}
