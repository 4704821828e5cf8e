/** A target file as a user writes it, for a server that mixes up its tenants. */
import { defineAuditTarget } from "../../src/testkit.ts";
import { notesTarget } from "./target.ts";

export default defineAuditTarget({ start: async () => notesTarget("reads across tenants") });
