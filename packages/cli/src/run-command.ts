import { conformanceCommand } from "./commands/conformance.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { UsageError, type ExitCode, type Shell } from "./shell.ts";

const USAGE = `tenantry <command>

  conformance --target FILE   run the conformance suite against an adapter
  mcp tools --server FILE     list what an MCP server offers, and to whom
  mcp clients --auth FILE     count the OAuth clients at the vendors, and tidy up
  mcp audit --target FILE     run the isolation kit against an MCP server

tenantry <command> --help says more.`;

/** Runs one command and tells how it went. */
export async function runCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const [name, ...rest] = args;
  try {
    if (name === "conformance") return await conformanceCommand(rest, shell);
    if (name === "mcp") return await mcpCommand(rest, shell);
    if (name === "--help" || name === "-h") {
      shell.print(USAGE);
      return 0;
    }
    throw new UsageError(name === undefined ? USAGE : `There is no command ${name}.\n\n${USAGE}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    shell.complain(error.message);
    return 2;
  }
}
