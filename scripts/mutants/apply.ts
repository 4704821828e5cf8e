/** A mutation as it travels to the vitest process that loads the changed module. */
export interface Mutation {
  /** Absolute path of the source file. */
  readonly path: string;
  readonly find: string;
  readonly replace: string;
  /** Absolute path of a file to write when the changed module was really loaded. */
  readonly markerPath: string;
}

/** How often `find` occurs in `source`; a mutation is only meaningful at exactly one place. */
export function occurrences(source: string, find: string): number {
  return find === "" ? 0 : source.split(find).length - 1;
}

/** Puts the defect into the source. Throws if its place is missing or ambiguous. */
export function applyMutation(
  source: string,
  mutation: Pick<Mutation, "find" | "replace">,
): string {
  const found = occurrences(source, mutation.find);
  if (found !== 1) throw new Error(`expected the mutated text once in the source, found ${found}`);
  // A function, so that "$&" and friends in the replacement mean nothing.
  return source.replace(mutation.find, () => mutation.replace);
}
