import type { Era } from "./wire.ts";

/** One thing that was tried, and what came of it. */
export interface Finding {
  readonly check: string;
  /** The tool, resource or request that was tried. */
  readonly subject?: string;
  /** Who tried it. */
  readonly credential?: string;
  readonly era?: Era;
  readonly verdict: "pass" | "fail" | "skip";
  /** Why it failed or was not tried. */
  readonly reason?: string;
}

/** What an audit found. */
export interface AuditReport {
  readonly findings: readonly Finding[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Guarantees that this server cannot give, and why. Not failures, but the reader has to know. */
  readonly weaker: readonly string[];
}

/** What the audit writes its findings to. */
export interface Recorder {
  readonly findings: Finding[];
  /** Records a failure for a reason, or a pass for null. */
  record(where: Omit<Finding, "verdict" | "reason">, reason: string | null): void;
  skip(where: Omit<Finding, "verdict" | "reason">, reason: string): void;
}

/** Starts an empty list of findings. */
export function createRecorder(): Recorder {
  const findings: Finding[] = [];
  return {
    findings,
    record(where, reason) {
      findings.push(
        reason === null ? { ...where, verdict: "pass" } : { ...where, verdict: "fail", reason },
      );
    },
    skip: (where, reason) => findings.push({ ...where, verdict: "skip", reason }),
  };
}

/** Counts the findings. */
export function summarise(findings: readonly Finding[], weaker: readonly string[]): AuditReport {
  const count = (verdict: Finding["verdict"]) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    findings,
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip"),
    weaker,
  };
}

/** The report as text: one line a check, then each failure and skip with its reason. */
export function renderReport(report: AuditReport): string {
  const checks = [...new Set(report.findings.map(({ check }) => check))];
  const width = Math.max(0, ...checks.map((check) => check.length));
  const table = checks.map((check) => {
    const findings = report.findings.filter((finding) => finding.check === check);
    const { passed, failed, skipped } = summarise(findings, []);
    return `${failed > 0 ? "LEAK" : "ok  "}  ${check.padEnd(width)}  ${passed} passed, ${failed} failed, ${skipped} skipped`;
  });
  const notes = report.findings
    .filter(({ verdict }) => verdict !== "pass")
    .map((finding) => `${finding.verdict}: ${describe(finding)}`);
  return [
    ...table,
    "",
    ...new Set(notes),
    ...report.weaker.map((why) => `weaker: ${why}`),
    `${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`,
  ].join("\n");
}

function describe({ check, subject, credential, era, reason }: Finding): string {
  const where = [check, subject, credential && `as ${credential}`, era && `(${era})`];
  return `${where.filter(Boolean).join(" ")}: ${reason ?? ""}`;
}
