/** Adapters that are broken on purpose: `@tenantry/conformance/mutants`. */
import { directoryMutants } from "./mutants/directories.ts";
import { frontEndMutants } from "./mutants/front-ends.ts";
import { identityMutants } from "./mutants/identities.ts";
import { kindMutants } from "./mutants/kinds.ts";
import type { AdapterMutant } from "./mutants/mutant.ts";
import { outageMutants } from "./mutants/outages.ts";
import { sessionMutants } from "./mutants/sessions.ts";
import { signInMutants } from "./mutants/sign-ins.ts";
import { verifierMutants } from "./mutants/verifiers.ts";

export type { AdapterMutant } from "./mutants/mutant.ts";
export { runAdapterMutant, type MutantResult, type MutantOptions } from "./mutants/run-mutant.ts";

/** Every defect that the suite has to notice. */
export const ADAPTER_MUTANTS: readonly AdapterMutant[] = Object.freeze([
  ...verifierMutants,
  ...kindMutants,
  ...identityMutants,
  ...signInMutants,
  ...sessionMutants,
  ...frontEndMutants,
  ...outageMutants,
  ...directoryMutants,
]);
