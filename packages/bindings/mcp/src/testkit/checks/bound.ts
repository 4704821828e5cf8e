import { leaks, succeeded } from "../judge.ts";
import { sessionOf, type Knocker, type Stage } from "../stage.ts";
import { initialize, send, type Answer, type Call, type Era } from "../wire.ts";
import { asRecord } from "./control.ts";

/** Everybody who is not the person that A's token stands for, within A and without. */
const OTHERS: readonly Knocker[] = ["b", "apiKeyB", "apiKeyA", "lowRole", "noTenant"];

function others(stage: Stage): Knocker[] {
  return OTHERS.filter((knocker) => stage.knockers.includes(knocker));
}

/** State of a call that waits for input belongs to who started it, untouched. */
export async function requestState(stage: Stage, era: Era): Promise<void> {
  for (const { subject, name, call, answer, kind } of stage.sampled[era]) {
    const state = asRecord(answer.message?.result)["requestState"];
    if (kind !== "tool" || typeof state !== "string") continue;
    const inputResponses = stage.target.tools[name]?.inputResponses ?? {};
    const resume = (value: string): Call => ({
      ...call,
      params: { ...call.params, inputResponses, requestState: value },
    });
    for (const knocker of others(stage)) {
      const foreign = await stage.ask(knocker, era, resume(state));
      const reason = leaks(foreign, stage.target, "a") ?? accepted(foreign);
      stage.record({ check: "state.owner", subject, credential: knocker, era }, reason);
    }
    const middle = Math.floor(state.length / 2);
    const bent = `${state.slice(0, middle)}${state[middle] === "A" ? "B" : "A"}${state.slice(middle + 1)}`;
    const forged = await stage.ask("a", era, resume(bent));
    stage.record({ check: "state.integrity", subject, credential: "a", era }, accepted(forged));
    const honest = await stage.ask("a", era, resume(state));
    stage.record(
      { check: "state.control", subject, credential: "a", era },
      accepted(honest) !== null ? null : "A's own state does not resume the call",
    );
  }
}

/** A new question is no acceptance: the server has started afresh for the caller. */
function accepted(answer: Answer): string | null {
  const asksAgain = asRecord(answer.message?.result)["resultType"] === "input_required";
  return succeeded(answer) && !asksAgain ? "the state is accepted" : null;
}

/** A's tasks are nobody else's. */
export async function tasks(stage: Stage, era: Era): Promise<void> {
  const ids = stage.target.tasks?.(stage.seen(era)) ?? [];
  for (const taskId of ids) {
    for (const method of ["tasks/get", "tasks/result", "tasks/cancel"]) {
      for (const knocker of others(stage)) {
        const answer = await stage.ask(knocker, era, { method, params: { taskId } });
        const reason =
          leaks(answer, stage.target, "a") ?? (succeeded(answer) ? "another's task answers" : null);
        stage.record({ check: "tasks.owner", subject: method, credential: knocker, era }, reason);
      }
    }
  }
}

/** A session of 2025-11-25 is its owner's: others neither use it nor end it. */
export async function sessions(stage: Stage, era: Era): Promise<void> {
  if (era !== "2025-11-25") return;
  const own = stage.sender("a", era);
  const session = sessionOf(await initialize(own));
  if (session === null) {
    stage.skip({ check: "sessions.owner", era }, "the server keeps no sessions");
    return;
  }
  const headers = { "mcp-session-id": session };
  for (const knocker of [...others(stage), "nobody"] satisfies Knocker[]) {
    const sender = stage.sender(knocker, era);
    const answer = await send(sender, { method: "tools/list", headers });
    stage.record(
      { check: "sessions.owner", subject: "POST", credential: knocker, era },
      answer.status === 200 ? "another's session answers" : leaks(answer, stage.target, "a"),
    );
    for (const method of ["GET", "DELETE"]) {
      const { status, body } = await sender.fetch(sender.url, {
        method,
        headers: {
          accept: "text/event-stream",
          "mcp-protocol-version": era,
          ...headers,
          ...(sender.token === null ? {} : { authorization: `Bearer ${sender.token}` }),
        },
      });
      await body?.cancel();
      stage.record(
        { check: "sessions.owner", subject: method, credential: knocker, era },
        status < 400 ? `another's session answers ${status}` : null,
      );
    }
  }
  const after = await send(own, { method: "tools/list", headers });
  stage.record(
    { check: "sessions.survives", credential: "a", era },
    after.status === 200 ? null : "others have ended A's session",
  );
}
