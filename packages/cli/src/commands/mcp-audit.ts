import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { AuditTarget, AuditTargetFile } from "@tenantry/mcp/testkit";
import { loadModule } from "./load-module.ts";
import { UsageError, type ExitCode, type Shell } from "../shell.ts";

const USAGE = `tenantry mcp audit --target FILE [--report FILE]

  --target FILE   module whose default export is { start }: see defineAuditTarget of
                  @tenantry/mcp/testkit. TypeScript is fine.
  --report FILE   write the findings as JSON

Repeats everything that tenant A does under every other credential, in both revisions of the
protocol. Exit code 0: nothing leaks. 1: something does, or could not be tried. 2: the target or the
options are wrong.`;

/** `tenantry mcp audit`: points the isolation kit at a server and prints what leaks. */
export async function mcpAuditCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const options = readOptions(args);
  if (options.help === true) {
    shell.print(USAGE);
    return 0;
  }
  if (options.target === undefined) throw new UsageError(`--target is missing.\n\n${USAGE}`);
  const file = await loadTargetFile(resolve(shell.folder, options.target));
  const { auditMcpServer, renderReport } = await loadKit();
  const target = await started(file);
  try {
    const report = await auditMcpServer(target);
    if (options.report !== undefined) {
      const path = resolve(shell.folder, options.report);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
    }
    shell.print(renderReport(report));
    return report.failed > 0 ? 1 : 0;
  } finally {
    await target.close?.();
  }
}

async function loadKit(): Promise<typeof import("@tenantry/mcp/testkit")> {
  try {
    return await import("@tenantry/mcp/testkit");
  } catch {
    throw new UsageError("@tenantry/mcp is not installed: npm install @tenantry/mcp");
  }
}

async function loadTargetFile(path: string): Promise<AuditTargetFile> {
  const file = (await loadModule(path))["default"];
  if (!isTargetFile(file)) throw new UsageError(`${path} exports no default { start }.`);
  return file;
}

function isTargetFile(value: unknown): value is AuditTargetFile {
  return (
    typeof value === "object" &&
    value !== null &&
    "start" in value &&
    typeof value.start === "function"
  );
}

async function started(file: AuditTargetFile): Promise<AuditTarget> {
  try {
    return await file.start();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The target does not start: ${detail}`);
  }
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: { type: "string" },
        report: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : "Wrong options."}\n\n${USAGE}`,
    );
  }
}
