import { adminMutants } from "./admins.ts";
import { directoryMutants } from "./directories.ts";
import { frontEndMutants } from "./front-ends.ts";
import { identityMutants } from "./identities.ts";
import { kindMutants } from "./kinds.ts";
import type { AdapterMutant } from "./mutant.ts";
import { outageMutants } from "./outages.ts";
import { sessionMutants } from "./sessions.ts";
import { signInMutants } from "./sign-ins.ts";
import { verifierMutants } from "./verifiers.ts";

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
  ...adminMutants,
]);
