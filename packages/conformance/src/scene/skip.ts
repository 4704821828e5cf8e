import { NotPossible } from "../target/world.ts";

/** Ends a check that cannot be asked of this vendor, with the reason for the report. */
export class Skip extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "Skip";
    this.reason = reason;
  }
}

/** The reason why a check could not be asked, or null if the error is a failure. */
export function skipReason(error: unknown): string | null {
  return error instanceof Skip || NotPossible.is(error) ? error.reason : null;
}
