/** 0: as it should be. 1: something failed. 2: the command, its options or its target are wrong. */
export type ExitCode = 0 | 1 | 2;

/** What a command may touch. */
export interface Shell {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Where relative paths begin. */
  readonly folder: string;
}

/** The command cannot be carried out as it was given. Ends with exit code 2. */
export class UsageError extends Error {}
