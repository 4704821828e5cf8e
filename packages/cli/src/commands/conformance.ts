import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  renderReport,
  runConformance,
  TargetError,
  type Report,
  type RequirementResult,
} from "@tenantry/conformance";
import { UsageError, type ExitCode, type Shell } from "../shell.ts";
import { loadTarget } from "./load-target.ts";

const USAGE = `tenantry conformance --target FILE [--only GROUP] [--report FILE] [--all]

  --target FILE   module that exports the target as "target" or by default; it may export
                  "expected" (capabilities) and "knownFailures" besides. TypeScript is fine.
  --only GROUP    a group (tokens), or the beginning of ids (tokens.audience); can be repeated
  --report FILE   write the report as JSON
  --seed NUMBER   for what the suite does in random order; default 1
  --all           also list what passed

Exit code 0: everything passed. 1: something failed. 2: the target or the options are wrong.`;

/** `tenantry conformance`: asks an adapter everything and prints what came of it. */
export async function conformanceCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const options = readOptions(args);
  if (options.help === true) {
    shell.print(USAGE);
    return 0;
  }
  const { target: file, only = [], report: reportFile, seed = "1" } = options;
  if (file === undefined) throw new UsageError(`--target is missing.\n\n${USAGE}`);
  if (!/^\d{1,9}$/.test(seed)) throw new UsageError("--seed must be a number.");
  const loaded = await loadTarget(resolve(shell.folder, file));

  const { target, ...facts } = loaded;
  let report: Report;
  try {
    report = await runConformance(target, {
      ...facts,
      only,
      seed: Number(seed),
      onResult: (result) => complainAbout(result, shell),
    });
  } catch (error) {
    if (error instanceof TargetError || error instanceof TypeError) {
      throw new UsageError(error.message);
    }
    throw error;
  }
  if (reportFile !== undefined) {
    const path = resolve(shell.folder, reportFile);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  }
  shell.print(renderReport(report, { all: options.all === true }));
  return report.counts.fail > 0 ? 1 : 0;
}

/** The whole reason, which the table cuts to one line. */
function complainAbout(result: RequirementResult, shell: Shell): void {
  if (result.verdict === "fail") shell.complain(`${result.id}: ${result.reason}\n`);
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: { type: "string" },
        only: { type: "string", multiple: true },
        report: { type: "string" },
        seed: { type: "string" },
        all: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : "Wrong options."}\n\n${USAGE}`,
    );
  }
}
