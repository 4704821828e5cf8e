/**
 * `pnpm conformance:mutants [--list] [--only <id>] [--vendor <name>]`
 *
 * The half of `pnpm test:mutants` that breaks adapters, also at vendors of your choice.
 */
import { parseArgs } from "node:util";
import { tryAdapterMutants } from "./conformance/adapter-mutants.ts";
import { conclude, type Selection } from "./mutants/outcome.ts";

const { values } = parseArgs({
  options: {
    list: { type: "boolean" },
    only: { type: "string", multiple: true },
    vendor: { type: "string", multiple: true },
  },
});
const selection: Selection = { only: values.only, list: values.list ?? false };

conclude([await tryAdapterMutants(selection, values.vendor)], selection);
