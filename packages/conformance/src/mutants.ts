/** Adapters that are broken on purpose: `@tenantry/conformance/mutants`. */
export { adapterMutants } from "./mutants/adapter-mutants.ts";
export { ADAPTER_MUTANTS } from "./mutants/all.ts";
export type { AdapterMutant } from "./mutants/mutant.ts";
export { runAdapterMutant, type MutantOptions, type MutantResult } from "./mutants/run-mutant.ts";
