import { differ, leaks, refusedBadly, succeeded, textsIn } from "../judge.ts";
import type { Knocker, Sampled, Stage } from "../stage.ts";
import type { Era } from "../wire.ts";

/** Whoever presents nothing usable is refused before anything else is looked at. */
export async function refused(stage: Stage, era: Era): Promise<void> {
  const unusable: readonly Knocker[] = ["nobody", "garbage", "removedMember", "wrongAudience"];
  for (const knocker of unusable.filter((one) => stage.knockers.includes(one))) {
    if (knocker === "wrongAudience" && stage.target.resourceBinding === false) {
      stage.skip(
        { check: "refused", credential: knocker, era },
        "tokens are not bound to the resource",
      );
      continue;
    }
    for (const { subject, call } of stage.sampled[era]) {
      const answer = await stage.ask(knocker, era, call);
      const reason = leaks(answer, stage.target, "a") ?? refusedBadly(answer, knocker !== "nobody");
      stage.record({ check: "refused", subject, credential: knocker, era }, reason);
    }
  }
}

/** A person of no tenant gets nothing of anybody's. */
export async function withoutTenant(stage: Stage, era: Era): Promise<void> {
  if (!stage.knockers.includes("noTenant")) return;
  for (const { subject, call, tenantless } of stage.sampled[era]) {
    const answer = await stage.ask("noTenant", era, call);
    const served = succeeded(answer) && !tenantless ? "a call without a tenant succeeds" : null;
    const reason = leaks(answer, stage.target, "a") ?? leaks(answer, stage.target, "b") ?? served;
    stage.record({ check: "tenantless", subject, credential: "noTenant", era }, reason);
  }
}

/** B repeats each of A's calls to the letter, and learns no more than if A did not exist. */
export async function foreign(stage: Stage, era: Era): Promise<void> {
  for (const knocker of ["b", "apiKeyB"] as const) {
    if (!stage.knockers.includes(knocker)) continue;
    for (const sampled of stage.sampled[era]) {
      const { subject } = sampled;
      const answer = await stage.ask(knocker, era, sampled.call);
      stage.record(
        { check: "foreign.content", subject, credential: knocker, era },
        leaks(answer, stage.target, "a"),
      );
      if (sampled.absent === undefined) continue;
      const absent = await stage.ask(knocker, era, sampled.absent);
      stage.record(
        { check: "foreign.probing", subject, credential: knocker, era },
        differ(
          { answer, named: textsIn(sampled.call.params) },
          { answer: absent, named: textsIn(sampled.absent.params) },
        ),
      );
    }
  }
}

const SELECTORS = ["tenant", "org", "organization", "workspace", "account"].flatMap((word) => [
  word,
  `${word}Id`,
  `${word}_id`,
  `${word}Slug`,
  `${word}_slug`,
]);

/** B says to be A: in arguments, in `_meta` and in headers. Nothing of it may count. */
export async function selected(stage: Stage, era: Era): Promise<void> {
  const { id, slug = id } = stage.target.tenants.a;
  for (const sampled of stage.sampled[era]) {
    if (sampled.writes) continue; // tried by `foreign`; what counts here is what can be read
    for (const [how, value] of new Map([
      ["id", id],
      ["slug", slug],
    ])) {
      const claim = Object.fromEntries(SELECTORS.map((name) => [name, value]));
      const { params = {} } = sampled.call;
      for (const named of schemaVariants(sampled, claim)) {
        const answer = await stage.ask("b", era, {
          ...sampled.call,
          params: { ...params, ...named, _meta: claim },
          headers: {
            "x-tenant": value,
            "x-tenant-id": value,
            "x-org-id": value,
            "x-organization-id": value,
            "x-forwarded-host": `${slug}.example.com`,
          },
        });
        stage.record(
          {
            check: "foreign.selected",
            subject: `${sampled.subject} by ${how}`,
            credential: "b",
            era,
          },
          leaks(answer, stage.target, "a"),
        );
      }
    }
  }
}

/** The arguments as they are plus every selector; strict schemas refuse that, so also one by one. */
function schemaVariants({ kind, call }: Sampled, claim: Record<string, string>) {
  if (kind !== "tool") return [{}];
  const given = Object(call.params?.["arguments"]);
  const one = Object.entries(claim).map(([name, value]) => ({ ...given, [name]: value }));
  return [{ ...given, ...claim }, ...one].map((args) => ({ arguments: args }));
}

/** A lesser role sees in its lists what it may use, and the rest looks like nothing at all. */
export async function lesserRole(stage: Stage, era: Era): Promise<void> {
  const { lowRole } = stage.target.credentials;
  if (lowRole === undefined) return;
  for (const sampled of stage.sampled[era]) {
    if (lowRole.may.includes(sampled.name) || sampled.kind === "completion") continue;
    const { subject, call } = sampled;
    const answer = await stage.ask("lowRole", era, call);
    const reason =
      leaks(answer, stage.target, "a") ??
      (succeeded(answer) ? "a role without the permission succeeds" : null);
    stage.record({ check: "role.content", subject, credential: "lowRole", era }, reason);
    if (sampled.kind !== "tool" && sampled.kind !== "prompt") continue;
    const unknown = "no_such_thing";
    const absent = await stage.ask("lowRole", era, {
      ...call,
      params: { ...call.params, name: unknown },
    });
    stage.record(
      { check: "role.probing", subject, credential: "lowRole", era },
      differ({ answer, named: [sampled.name] }, { answer: absent, named: [unknown] }),
    );
  }
}
