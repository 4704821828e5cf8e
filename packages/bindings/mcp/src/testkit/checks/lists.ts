import { leaks } from "../judge.ts";
import type { Knocker, Stage } from "../stage.ts";
import type { Era } from "../wire.ts";
import { asRecord, list } from "./control.ts";

const LISTS = [
  { kind: "tool", method: "tools/list", member: "tools", key: "name" },
  { kind: "prompt", method: "prompts/list", member: "prompts", key: "name" },
  { kind: "resource", method: "resources/list", member: "resources", key: "uri" },
] as const;

/** Lists show nobody what is another tenant's, or what a role may not use, and may not be shared. */
export async function lists(stage: Stage, era: Era): Promise<void> {
  for (const what of LISTS) {
    const own = await list(stage, era, what);
    if (own.length === 0) continue;
    for (const knocker of ["b", "apiKeyB", "noTenant"] satisfies Knocker[]) {
      if (!stage.knockers.includes(knocker)) continue;
      const answer = await stage.ask(knocker, era, { method: what.method });
      stage.record(
        { check: "lists.content", subject: what.method, credential: knocker, era },
        leaks(answer, stage.target, "a"),
      );
    }
    await lowRole(stage, era, { ...what, own });
    if (era === "2026-07-28") await shared(stage, era, what.method);
  }
}

async function lowRole(
  stage: Stage,
  era: Era,
  what: (typeof LISTS)[number] & { readonly own: readonly string[] },
): Promise<void> {
  const { lowRole: role } = stage.target.credentials;
  if (role === undefined) return;
  const listed = await list(stage, era, what, "lowRole");
  const expected = what.own.filter((name) => role.may.includes(name));
  const reason =
    listed.join("\n") === expected.join("\n")
      ? null
      : `lists ${listed.join(", ") || "nothing"} and not ${expected.join(", ") || "nothing"}`;
  stage.record({ check: "lists.role", subject: what.method, credential: "lowRole", era }, reason);
}

/** `cacheScope: "public"` lets a cache hand one caller's list to the next. */
async function shared(stage: Stage, era: Era, method: string): Promise<void> {
  const { message } = await stage.ask("a", era, { method });
  const scope = asRecord(message?.result)["cacheScope"];
  stage.record(
    { check: "lists.cache", subject: method, credential: "a", era },
    scope === "private" ? null : `cacheScope is ${JSON.stringify(scope)} and not "private"`,
  );
}
