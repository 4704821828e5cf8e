import { UsageError, type ExitCode, type Shell } from "../shell.ts";
import { mcpAuditCommand } from "./mcp-audit.ts";
import { mcpClientsCommand } from "./mcp-clients.ts";
import { mcpToolsCommand } from "./mcp-tools.ts";

const USAGE = `tenantry mcp <command>

  tools --server FILE   list what a server offers, and to whom
  audit --target FILE   try to reach one tenant's data with the credentials of another
  clients --auth FILE   count the OAuth clients at the vendors, and tidy up

tenantry mcp <command> --help says more. "audit" needs @tenantry/mcp beside this package.`;

/** `tenantry mcp …`: commands about MCP servers. */
export async function mcpCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === "tools") return mcpToolsCommand(rest, shell);
  if (name === "clients") return mcpClientsCommand(rest, shell);
  if (name === "audit") return mcpAuditCommand(rest, shell);
  if (name === "--help" || name === "-h") {
    shell.print(USAGE);
    return 0;
  }
  throw new UsageError(name === undefined ? USAGE : `There is no command mcp ${name}.\n\n${USAGE}`);
}
