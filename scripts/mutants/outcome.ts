/** Which mutants the command line asks for. */
export interface Selection {
  /** Their ids; undefined is all of them. */
  readonly only: readonly string[] | undefined;
  /** Only say what there is. */
  readonly list: boolean;
}

/** What came of one family of mutants. */
export interface Outcome {
  readonly chosen: number;
  /** Mutants that no test noticed, or that a wrong one did. */
  readonly survived: number;
}

/** Sets the exit code: a mutant that lives and a name that nothing has are failures. */
export function conclude(outcomes: readonly Outcome[], { only }: Selection): void {
  const chosen = outcomes.reduce((sum, outcome) => sum + outcome.chosen, 0);
  if (chosen === 0) {
    console.error(`There is no mutant ${only?.join(", ") ?? "at all"}; --list shows them all.`);
  }
  if (chosen === 0 || outcomes.some(({ survived }) => survived > 0)) process.exitCode = 1;
}
