/** A target file as a user writes it, for a server that keeps its tenants apart. */
import { defineAuditTarget } from "../../src/testkit.ts";
import { notesTarget } from "./target.ts";

export default defineAuditTarget({ start: async () => notesTarget() });
