import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { InspectedEntry, Inspection, Mcp } from "@tenantry/mcp";
import { UsageError, type ExitCode, type Shell } from "../shell.ts";
import { loadModule } from "./load-module.ts";

const USAGE = `tenantry mcp tools --server FILE [--strict] [--json]

  --server FILE   module that exports the server, made by createMcp, as "mcp" or by default.
                  TypeScript is fine.
  --strict        a warning is a failure
  --json          print what was found as JSON

Lists every tool, resource and prompt with its permission, the scopes that OAuth clients need, and the
roles that it would be refused to. What must not be registered at all (an unknown permission, an argument
named like a tenant, a template without its tenant) is an error of the server's own start.

Exit code 0: nothing to say. 1: a warning, with --strict. 2: the server or the options are wrong.`;

/** `tenantry mcp tools`: what an MCP server offers, and to whom. */
export async function mcpToolsCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const options = readOptions(args);
  if (options.help === true) {
    shell.print(USAGE);
    return 0;
  }
  if (options.server === undefined) throw new UsageError(`--server is missing.\n\n${USAGE}`);
  const path = resolve(shell.folder, options.server);
  const module = await loadModule(path);
  const server = module["mcp"] ?? module["default"];
  if (!isServer(server)) throw new UsageError(`${path} exports no server made by createMcp.`);
  const inspection = server.inspect();
  shell.print(options.json === true ? JSON.stringify(inspection, null, 2) : render(inspection));
  const warnings = inspection.findings.filter(({ level }) => level === "warning");
  return options.strict === true && warnings.length > 0 ? 1 : 0;
}

function render(inspection: Inspection): string {
  const { entries, findings, resource, tenantResource, accepts } = inspection;
  const addresses = [resource, ...(tenantResource === null ? [] : [tenantResource])];
  const rows = [
    ["kind", "name", "permission", "roles", "refused to", "notes"],
    ...entries.map(row),
  ];
  return [
    `${addresses.join(" and ")}, for ${accepts.join(", ")}`,
    "",
    table(rows),
    ...(findings.length === 0 ? [] : [""]),
    ...findings.map(({ level, about, message }) => `${level}: ${about}: ${message}`),
  ].join("\n");
}

function row(entry: InspectedEntry): readonly string[] {
  const { kind, name, permissions, scopes, roles, refusedTo, notes } = entry;
  const asked = scopes.filter((scope) => permissions?.includes(scope) !== true);
  return [
    kind,
    name,
    permissions === null ? "-" : permissions.join(", "),
    permissions === null ? "all" : roles.join(", "),
    refusedTo.join(", "),
    [...(asked.length === 0 ? [] : [`scope ${asked.join(" ")}`]), ...notes].join("; "),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function isServer(value: unknown): value is Pick<Mcp<string>, "inspect"> {
  return (
    typeof value === "object" &&
    value !== null &&
    "inspect" in value &&
    typeof value.inspect === "function"
  );
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: "string" },
        strict: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : "Wrong options."}\n\n${USAGE}`,
    );
  }
}
