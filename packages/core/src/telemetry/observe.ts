import type { Observation, Operation, OperationFacts, Telemetry } from "./telemetry.ts";

/**
 * Runs work as an operation. SECURITY: whatever the telemetry does, the work runs exactly once and
 * its result is the result.
 */
export function observe<T>(
  telemetry: Telemetry | undefined,
  operation: Operation,
  {
    work,
    facts,
  }: { readonly work: () => Promise<T>; readonly facts: (result: T) => OperationFacts },
): Promise<T> {
  if (telemetry === undefined) return work();
  return observed(
    quietly(() => telemetry.begin(operation)),
    work,
    facts,
  );
}

async function observed<T>(
  observation: Observation | undefined,
  work: () => Promise<T>,
  facts: (result: T) => OperationFacts,
): Promise<T> {
  let started: Promise<T> | undefined;
  const once = () => (started ??= work());
  let ended: OperationFacts = { outcome: "failed" };
  try {
    quietly(() => observation?.within?.(once));
    const result = await once();
    ended = facts(result);
    return result;
  } finally {
    quietly(() => observation?.end(ended));
  }
}

function quietly<T>(call: () => T): T | undefined {
  try {
    const result = call();
    // A method that is async by mistake must not end the process with an unhandled rejection.
    if (result instanceof Promise) result.catch(() => undefined);
    return result;
  } catch {
    return undefined;
  }
}
