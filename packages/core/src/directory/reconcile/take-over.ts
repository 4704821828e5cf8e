import { isUnavailable, ok, type Result } from "../../internal/result.ts";
import type { DirectoryChange } from "../../provider/directory.ts";
import type { Effect } from "./drift.ts";
import { namedBy, type Named } from "./sightings.ts";
import { ask, type Walker } from "./walker.ts";

/** A change that says what holds. */
export type Statement = Exclude<DirectoryChange, { kind: "refetch" }>;

/** What there is here of a thing. */
interface Local {
  /** Of a membership, the person's. */
  readonly id: string;
  readonly tenantId: string | null;
  readonly status: string;
  /** All that a vendor's word can change, as text. */
  readonly state: string;
}

/**
 * Takes over what the vendor says about one thing, by the rules of webhooks, and tells what that
 * changed. Rejects only if something could not be found out.
 */
export async function takeOver(walker: Walker, change: DirectoryChange): Promise<Result<Effect>> {
  const { runtime, source } = walker;
  const asked = change.kind === "refetch" ? await askAbout(walker, change) : ok(change);
  const effect = asked.ok ? await apply(walker, asked.value) : asked;
  if (effect.ok || isUnavailable(effect.reason)) return effect;
  runtime.log({
    level: "warn",
    event: "directory.change_ignored",
    reason: effect.reason,
    provider: source.instance,
    fields: { entity: change.entity },
  });
  return ok("ignored");
}

/** The vendor's word about one thing, in full. */
export async function askAbout(
  { vendor, tools }: Walker,
  { entity, external }: Pick<DirectoryChange, "entity" | "external">,
): Promise<Result<Statement>> {
  const answer = await ask(() => vendor.get(entity, external, tools));
  if (!answer.ok) return answer;
  const { value } = answer;
  return value.kind === "refetch" ? { ok: false, reason: "answer_malformed" } : ok(value);
}

async function apply(walker: Walker, change: Statement): Promise<Result<Effect>> {
  const thing = namedBy(change);
  const before = await find(walker, thing);
  const applied = await walker.directory.apply(walker.source, change);
  if (!applied.ok) return applied;
  if (applied.value === "ignored") return ok("ignored");
  if (applied.value === "outdated") return ok("newer");
  const after = await find(walker, thing);
  if (before?.state === after?.state) return ok("unchanged");
  if (change.kind === "upsert") return ok(before === null ? "created" : "updated");
  if (before === null || after === null) return ok("unchanged"); // only noted down as gone
  await record(walker, change.entity, after);
  return ok("removed");
}

async function find({ stores, source }: Walker, thing: Named): Promise<Local | null> {
  const localOf = async (kind: "tenant" | "user", external: string) =>
    (await stores.links.find({ ...source, kind, external }))?.local ?? null;
  if (thing.entity === "membership") {
    const id = await localOf("user", thing.user);
    const tenantId = await localOf("tenant", thing.tenant);
    if (id === null || tenantId === null) return null;
    const row = await stores.memberships.get(id, tenantId);
    return row && { id, tenantId, status: row.status, state: textOf(row, ["status", "roles"]) };
  }
  const id = await localOf(thing.entity, thing.external);
  if (id === null) return null;
  if (thing.entity === "tenant") {
    const row = await stores.tenants.get(id);
    return row && { id, tenantId: id, status: row.status, state: textOf(row, ["status", "name"]) };
  }
  const row = await stores.users.get(id);
  return (
    row && {
      id,
      tenantId: null,
      status: row.status,
      state: textOf(row, ["status", "name", "email"]),
    }
  );
}

function textOf<T extends object>(row: T, fields: readonly (keyof T)[]): string {
  return JSON.stringify(fields.map((field) => row[field]));
}

/** What was taken away goes on the trail of the tenant it was taken away in. */
async function record(
  { audit, source }: Walker,
  entity: DirectoryChange["entity"],
  { id, tenantId, status }: Local,
): Promise<void> {
  const event = {
    outcome: "ok",
    tenantId,
    principal: { kind: "system", id: `reconcile:${source.instance}` },
    reason: "The identity provider has it no more.",
  } as const;
  if (entity === "membership") {
    await audit.record({ ...event, type: "membership.ended", details: { userId: id, status } });
  } else if (entity === "user") {
    await audit.record({ ...event, type: "user.status_changed", details: { userId: id, status } });
  } else {
    await audit.record({ ...event, type: "tenant.status_changed", details: { status } });
  }
}
