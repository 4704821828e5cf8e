/** What one runtime made of the suite. */
export interface Report {
  /** As the runtime calls itself, in `navigator.userAgent`. */
  readonly userAgent: string;
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly why: string }[];
}

/** A named check; it fails by throwing. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Runs checks one after the other. None stops the others. */
export async function runChecks(
  checks: readonly Check[],
): Promise<Pick<Report, "passed" | "failed">> {
  const passed: string[] = [];
  const failed: { name: string; why: string }[] = [];
  for (const { name, run } of checks) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a report reads like the list of checks
      await run();
      passed.push(name);
    } catch (error) {
      failed.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { passed, failed };
}

/** Throws unless two values are the same as JSON. */
export function expectSame(actual: unknown, expected: unknown): void {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shouldBe) throw new Error(`${is} instead of ${shouldBe}`);
}
