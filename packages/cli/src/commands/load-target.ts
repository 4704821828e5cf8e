import type { ConformanceTarget, ExpectedCapabilities, KnownFailures } from "@tenantry/conformance";
import { UsageError } from "../shell.ts";
import { loadModule } from "./load-module.ts";

/** What a target file exports. */
export interface TargetModule {
  readonly target: ConformanceTarget;
  readonly expected?: ExpectedCapabilities;
  readonly knownFailures?: KnownFailures;
}

/** Loads a target file. Throws {@link UsageError} if it cannot be loaded or exports no target. */
export async function loadTarget(path: string): Promise<TargetModule> {
  const module = await loadModule(path);
  const target = module["target"] ?? module["default"];
  if (!isTarget(target)) {
    throw new UsageError(`${path} exports no target: { vendor, adapter, start }.`);
  }
  const { expected, knownFailures } = module;
  return {
    target,
    ...(isExpected(expected) ? { expected } : {}),
    ...(isKnown(knownFailures) ? { knownFailures } : {}),
  };
}

function isTarget(value: unknown): value is ConformanceTarget {
  if (!isRecord(value)) return false;
  const { vendor, adapter, start } = value;
  return typeof vendor === "string" && typeof start === "function" && isRecord(adapter);
}

function isExpected(value: unknown): value is ExpectedCapabilities {
  return isRecord(value) && Object.values(value).every((one) => isRecord(one) && "support" in one);
}

function isKnown(value: unknown): value is KnownFailures {
  return isRecord(value) && Object.values(value).every((reason) => typeof reason === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
