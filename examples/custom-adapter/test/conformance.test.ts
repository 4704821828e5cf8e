import { conformance } from "@tenantry/conformance";
import { adapterMutants } from "@tenantry/conformance/mutants";
import { describe, test } from "vitest";
import { expected, target } from "../target.ts";

// #region vitest
conformance({ describe, test }, target, { expected });
adapterMutants({ describe, test }, target, { expected, ask: "declared" });
// #endregion vitest
