/**
 * Makes something at its first use and keeps it; what failed is tried again. For parts behind an
 * `import()`: a server that only verifies credentials never loads those for sign-in.
 */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = null;
      throw error;
    }
  };
}
