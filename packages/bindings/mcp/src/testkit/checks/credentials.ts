import { succeeded } from "../judge.ts";
import type { Knocker, Stage } from "../stage.ts";
import { initialize, send, type Era } from "../wire.ts";

/** Credentials that are good for something. A dead one reads nothing, and would prove nothing. */
const GOOD: readonly Knocker[] = ["b", "apiKeyA", "apiKeyB", "lowRole", "noTenant"];

/** Each credential is what the target says it is: the checks that use it rest on that. */
export async function credentials(stage: Stage, era: Era): Promise<void> {
  for (const credential of GOOD.filter((one) => stage.knockers.includes(one))) {
    const { status } = await stage.ask(credential, era, { method: "tools/list" });
    stage.record(
      { check: "control.credentials", credential, era },
      status === 401 ? "it opens nothing here (401), so it cannot show a leak" : null,
    );
  }
  const { elsewhere: url } = stage.target;
  if (url === undefined || !stage.knockers.includes("wrongAudience")) return;
  const sender = { ...stage.sender("wrongAudience", era), url };
  const answer = await (era === "2026-07-28"
    ? send(sender, { method: "tools/list" })
    : initialize(sender));
  stage.record(
    { check: "control.credentials", credential: "wrongAudience", era },
    succeeded(answer) ? null : `it does not open ${url} either (status ${answer.status})`,
  );
}
