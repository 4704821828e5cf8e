import { expect, test } from "vitest";
import * as index from "../src/index.ts";
import * as mutants from "../src/mutants.ts";

test("the exported names are the ones that were decided", () => {
  expect(Object.keys(index).toSorted()).toEqual([
    "GROUPS",
    "NotPossible",
    "REQUIREMENTS",
    "TargetError",
    "conformance",
    "renderReport",
    "runConformance",
  ]);
  expect(Object.keys(mutants).toSorted()).toEqual([
    "ADAPTER_MUTANTS",
    "adapterMutants",
    "runAdapterMutant",
  ]);
});
