/** One thing CI checks. Each runs even if an earlier one failed, so that one run tells everything. */
export interface Step {
  readonly name: string;
  /** A command line for pnpm. */
  readonly pnpm: readonly string[];
  /** Counted test by test, from the file that vitest writes. */
  readonly countsTests?: boolean;
}

/** The checks in the order they run: first what a change most likely breaks. */
export const STEPS: readonly Step[] = [
  { name: "tests", pnpm: ["test"], countsTests: true }, // the README's command, as it stands there
  { name: "runtimes", pnpm: ["test:runtimes"] },
  { name: "coverage of core", pnpm: ["coverage"] },
  { name: "mutants", pnpm: ["test:mutants"] },
  { name: "MCP's own conformance suite", pnpm: ["conformance:mcp"] },
  { name: "lint and format", pnpm: ["lint"] },
  { name: "types", pnpm: ["typecheck"] },
  { name: "build", pnpm: ["build"] },
  { name: "packages (publint, attw)", pnpm: ["check:package"] },
  { name: "unused code and dependencies (knip)", pnpm: ["knip"] },
];
