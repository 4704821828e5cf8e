import { requestState, sessions, tasks } from "./checks/bound.ts";
import { control } from "./checks/control.ts";
import { credentials } from "./checks/credentials.ts";
import { foreign, lesserRole, refused, selected, withoutTenant } from "./checks/foreign.ts";
import { lists } from "./checks/lists.ts";
import { sessionStreams } from "./checks/session-streams.ts";
import { streamEnds, subscriptions } from "./checks/streams.ts";
import { audited, interleaved, mismatched, unchanged } from "./checks/together.ts";
import { createRecorder, summarise, type AuditReport } from "./report.ts";
import { createStage, type Stage } from "./stage.ts";
import type { AuditTarget, OptionalCredential } from "./target.ts";
import { ERAS, type Era } from "./wire.ts";

/** In this order: A's own calls first, and last whether A still has what A had. */
const CHECKS: readonly ((stage: Stage, era: Era) => Promise<void>)[] = [
  control,
  credentials,
  refused,
  withoutTenant,
  foreign,
  selected,
  lesserRole,
  lists,
  mismatched,
  requestState,
  tasks,
  sessions,
  subscriptions,
  sessionStreams,
  streamEnds,
  interleaved,
  audited,
  unchanged,
];

const OPTIONAL: readonly OptionalCredential[] = [
  "noTenant",
  "removedMember",
  "lowRole",
  "wrongAudience",
  "apiKeyA",
  "apiKeyB",
  "expiring",
  "leaving",
];

/**
 * Repeats everything that tenant A does under every other credential, in both revisions of the
 * protocol, and reports what leaks. Works on any MCP server over Streamable HTTP, from outside.
 * Never throws for what the server does: a check that cannot be carried out is a failure.
 */
export async function auditMcpServer(target: AuditTarget): Promise<AuditReport> {
  const recorder = createRecorder();
  const stage = createStage(target, recorder);
  for (const name of OPTIONAL) {
    if (target.credentials[name] !== undefined) continue;
    const why = target.missing?.[name];
    const where = { check: "credentials", credential: name };
    if (why === undefined) recorder.record(where, "neither given nor explained in `missing`");
    else recorder.skip(where, why);
  }
  for (const era of ERAS) {
    if (target.eras?.includes(era) === false) {
      recorder.skip({ check: "eras", era }, "the server does not speak this revision");
      continue;
    }
    for (const check of CHECKS) {
      try {
        await check(stage, era);
      } catch (error) {
        const why = error instanceof Error ? error.message : "unknown error";
        recorder.record({ check: check.name, era }, `could not be carried out: ${why}`);
      }
    }
  }
  const weaker =
    target.resourceBinding === false
      ? [
          "the authorization server does not bind tokens to this resource (RFC 8707): a token issued for another service of the same vendor opens this one",
        ]
      : [];
  return summarise(recorder.findings, weaker);
}
