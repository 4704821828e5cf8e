import { ERRORS } from "../../packages/core/src/errors.ts";
import { errorsPage } from "./errors-page.ts";

/** A file that is written from code; nobody edits it by hand. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

/** All of them, as they should be now. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [{ path: "docs/errors.md", content: errorsPage(ERRORS) }];
}
