import { UsageError, type ExitCode, type Shell } from "../shell.ts";
import { mcpAuditCommand } from "./mcp-audit.ts";

const USAGE = `tenantry mcp <command>

  audit --target FILE   try to reach one tenant's data with the credentials of another

tenantry mcp <command> --help says more. They need @tenantry/mcp beside this package.`;

/** `tenantry mcp …`: commands about MCP servers. */
export async function mcpCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === "audit") return mcpAuditCommand(rest, shell);
  if (name === "--help" || name === "-h") {
    shell.print(USAGE);
    return 0;
  }
  throw new UsageError(name === undefined ? USAGE : `There is no command mcp ${name}.\n\n${USAGE}`);
}
