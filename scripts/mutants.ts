/**
 * `pnpm test:mutants [--list] [--only <id>]`
 *
 * Breaks the sources on purpose, one invariant at a time, and then whole adapters, and checks that
 * the tests and the conformance suite notice. See CONTRIBUTING.md for how to add a mutant.
 */
import { parseArgs } from "node:util";
import { tryAdapterMutants } from "./conformance/adapter-mutants.ts";
import { conclude, type Selection } from "./mutants/outcome.ts";
import { trySourceMutants } from "./mutants/source-mutants.ts";

const { values } = parseArgs({
  options: { list: { type: "boolean" }, only: { type: "string", multiple: true } },
});
const selection: Selection = { only: values.only, list: values.list ?? false };

conclude([await trySourceMutants(selection), await tryAdapterMutants(selection)], selection);
