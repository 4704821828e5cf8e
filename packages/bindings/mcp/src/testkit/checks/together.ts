import { leaks, succeeded } from "../judge.ts";
import type { Stage } from "../stage.ts";
import { send, type Era } from "../wire.ts";

const CALLS = 100;

/** Calls of both tenants at the same time, with equal JSON-RPC ids: each sees its own. (CVE-2026-25536) */
export async function interleaved(stage: Stage, era: Era): Promise<void> {
  const shared = stage.sampled[era].filter(
    ({ kind, writes, absent, answer }) =>
      kind === "tool" &&
      !writes &&
      absent === undefined &&
      leaks(answer, stage.target, "a") !== null,
  );
  const [first] = shared;
  if (first === undefined) {
    stage.record(
      { check: "interleaved", era },
      "no sampled tool without arguments shows a canary: give one, such as a list",
    );
    return;
  }
  const answers = await Promise.all(
    Array.from({ length: CALLS }, async (_, index) => {
      const who = index % 2 === 0 ? "a" : "b";
      return { who, answer: await stage.ask(who, era, first.call) } as const;
    }),
  );
  for (const who of ["a", "b"] as const) {
    const other = who === "a" ? "b" : "a";
    const own = answers.filter((one) => one.who === who);
    const mixed = own.map(({ answer }) => leaks(answer, stage.target, other)).find(Boolean);
    const blind = own.some(({ answer }) => leaks(answer, stage.target, who) === null);
    stage.record(
      { check: "interleaved", subject: first.subject, credential: who, era },
      mixed ?? (blind ? "a call among many does not show the caller's own data" : null),
    );
  }
}

/** The body decides which tool runs, whatever the headers call it. */
export async function mismatched(stage: Stage, era: Era): Promise<void> {
  const { lowRole } = stage.target.credentials;
  const allowed = lowRole?.may[0];
  if (era !== "2026-07-28" || lowRole === undefined || allowed === undefined) return;
  for (const { kind, name, subject, call } of stage.sampled[era]) {
    if (kind !== "tool" || lowRole.may.includes(name)) continue;
    const answer = await stage.ask("lowRole", era, { ...call, headers: { "mcp-name": allowed } });
    const reason =
      leaks(answer, stage.target, "a") ??
      (succeeded(answer) ? "a permitted name in the header opens another tool" : null);
    stage.record({ check: "headers", subject, credential: "lowRole", era }, reason);
  }
}

/** After everything the others tried, A still reads what A read before. */
export async function unchanged(stage: Stage, era: Era): Promise<void> {
  for (const { subject, call, answer, writes } of stage.sampled[era]) {
    if (writes) continue;
    const before = leaks(answer, stage.target, "a") !== null;
    const now = await stage.ask("a", era, call);
    const gone = before && leaks(now, stage.target, "a") === null;
    stage.record(
      { check: "unchanged", subject, credential: "a", era },
      gone || (succeeded(answer) && !succeeded(now)) ? "A's data is not what it was" : null,
    );
    // What B has written must not turn up at A either.
    stage.record(
      { check: "unchanged", subject: `${subject}, for traces of B`, credential: "a", era },
      leaks(now, stage.target, "b"),
    );
  }
}

/** Each call leaves a trace, the refused ones too. */
export async function audited(stage: Stage, era: Era): Promise<void> {
  const { auditCount } = stage.target;
  const [first] = stage.sampled[era];
  if (first === undefined) return;
  if (auditCount === undefined) {
    stage.skip({ check: "audited", era }, "the target does not count audit events");
    return;
  }
  for (const knocker of ["a", "b"] as const) {
    const before = await auditCount();
    await send(stage.sender(knocker, era), first.call);
    const after = await auditCount();
    stage.record(
      { check: "audited", subject: first.subject, credential: knocker, era },
      after > before ? null : "the call left no trace",
    );
  }
}
