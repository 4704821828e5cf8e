/**
 * One deliberate defect and the tests that must notice it.
 *
 * A package lists its own in `test/mutants.ts`, or in several files `test/mutants/*.ts`, each with
 * `export const mutants: readonly Mutant[]`. `pnpm test:mutants` applies each one in memory, runs the
 * named tests, and fails unless they fail.
 */
export interface Mutant {
  /** Short and unique in the repository, for `--only`. */
  readonly id: string;
  /** The advisory or the row of the security table that the invariant answers. */
  readonly row?: number | string;
  /** The invariant this defect breaks, in one sentence. */
  readonly guards: string;
  /** The source file to change, from the repository's root. */
  readonly file: string;
  /** Text that occurs exactly once in that file. Keep it on one line where possible. */
  readonly find: string;
  /** What stands there instead. It must still be valid TypeScript. */
  readonly replace: string;
  /** Every one of these must fail on an assertion while the defect is in. */
  readonly killedBy: readonly Killer[];
}

/** A test that kills a mutant. */
export interface Killer {
  /** The vitest project, for example `core`. */
  readonly project: string;
  /** The test file, from the repository's root. */
  readonly file: string;
  /**
   * The test's title, or a part of it. Of several tests with this text (a table of cases, say)
   * one that fails is enough. Suites may be included: `suite > title`.
   */
  readonly test: string;
}
