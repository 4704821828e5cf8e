import type { AuditTarget } from "../../src/testkit.ts";
import { notesServer, type Defect } from "./notes-server.ts";

/** The notes server as the kit is pointed at it. */
export function notesTarget(defect?: Defect): AuditTarget {
  const server = notesServer(defect);
  return {
    url: server.url,
    fetch: server.fetch,
    tenants: { a: { id: "acme" }, b: { id: "globex" } },
    credentials: {
      a: "token-a",
      b: "token-b",
      noTenant: "token-nobody",
      removedMember: "token-removed",
      lowRole: { token: "token-low", may: ["notes_list"] },
      wrongAudience: "token-other",
      apiKeyA: "key-a",
      apiKeyB: "key-b",
      expiring: async () => server.expiring(),
      leaving: async () => server.leaving(),
    },
    canaries: { a: ["canary-of-acme"], b: ["canary-of-globex"] },
    tools: {
      notes_list: {},
      notes_read: { arguments: { id: "n-1" }, absent: { id: "n-404" } },
      notes_edit: { arguments: { id: "n-1" }, absent: { id: "n-404" }, writes: true },
      notes_confirm: { inputResponses: {} },
    },
    prompts: { digest: {} },
    resources: [
      { uri: "notes://note/n-1", absent: "notes://note/n-404", touch: async () => server.touch() },
    ],
    completions: [
      { ref: { type: "ref/prompt", name: "digest" }, argument: { name: "note", value: "" } },
    ],
    tasks: () => ["task-1"],
    auditCount: async () => server.auditCount(),
    streamEndMs: 500,
  };
}
