import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../../packages/conformance/src/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the reports are kept that the documents are made from. */
export const COMMITTED = "packages/conformance/reports";

/** Where each run leaves its reports; git does not see them. */
export const FRESH = ".conformance";

/** The committed report of one vendor. */
export function committedReport(vendor: string): Report {
  return read(`${COMMITTED}/${vendor}.json`);
}

/** Writes a report and tells where. */
export function writeReport(folder: string, report: Report): string {
  const path = `${folder}/${report.vendor}.json`;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

function read(path: string): Report {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
