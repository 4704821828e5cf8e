/** What one runtime did. */
export interface Row {
  readonly runtime: string;
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
}

const HEAD = ["runtime", "version", "passed", "failed"] as const;

/** The rows as a Markdown table, formatted as the formatter would. */
export function runtimesTable(rows: readonly Row[]): string {
  const lines = rows.map(({ runtime, version, passed, failed }) => [
    runtime,
    version,
    String(passed),
    String(failed),
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const render = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [render(HEAD), rule, ...lines.map(render)].join("\n");
}
