import type { Group } from "../requirements/requirement.ts";

/** What became of a requirement. */
export type Verdict =
  | { readonly verdict: "pass" }
  /** It cannot be asked of this adapter. */
  | { readonly verdict: "skip"; readonly reason: string }
  | { readonly verdict: "fail"; readonly reason: string }
  /** It fails, and that is written down with this reason. */
  | { readonly verdict: "known"; readonly reason: string };

/** One line of a report. */
export type RequirementResult = {
  readonly id: string;
  readonly group: Group;
} & Verdict;

/** What a run found, as JSON. It holds nothing that differs from one run to the next. */
export interface Report {
  readonly vendor: string;
  readonly adapter: { readonly name: string; readonly version: string };
  readonly capabilities: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<Verdict["verdict"], number>>;
  readonly requirements: readonly RequirementResult[];
}

/** Counts verdicts. */
export function countsOf(results: readonly Verdict[]): Report["counts"] {
  const count = (verdict: Verdict["verdict"]) =>
    results.filter((result) => result.verdict === verdict).length;
  return { pass: count("pass"), skip: count("skip"), fail: count("fail"), known: count("known") };
}

/** A report for people: a line for each requirement that did not pass, and the counts. */
export function renderReport(report: Report, options: { readonly all?: boolean } = {}): string {
  const { pass, skip, fail, known } = report.counts;
  const shown = report.requirements.filter(
    ({ verdict }) => options.all === true || verdict !== "pass",
  );
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  const lines = shown.map((result) => {
    const reason = result.verdict === "pass" ? "" : `  ${firstLine(result.reason)}`;
    return `  ${result.verdict.padEnd(5)} ${result.id.padEnd(width)}${reason}`.trimEnd();
  });
  const { name, version } = report.adapter;
  return [
    `${report.vendor} (${name} ${version})`,
    ...lines,
    `  ${pass} passed, ${fail} failed, ${known} known to fail, ${skip} skipped`,
  ].join("\n");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
