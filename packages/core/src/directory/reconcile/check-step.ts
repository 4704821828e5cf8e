import { isUnavailable, ok, reject, type Rejection, type Result } from "../../internal/result.ts";
import type { Link } from "../records.ts";
import { count, sum, type Drift } from "./drift.ts";
import { goOn, type Place, type Step } from "./place.ts";
import { namedBy, type Named } from "./sightings.ts";
import { askAbout, takeOver, type Statement } from "./take-over.ts";
import type { Walker } from "./walker.ts";

/** When to stop before the page is done. */
export interface CheckLimits {
  /** How many things a walk may take away before somebody has looked. */
  readonly maxRemovals: number;
  readonly signal?: AbortSignal | undefined;
}

/** A thing that is here and was on none of the vendor's lists, by every name to ask for it. */
type Missing = readonly { readonly thing: Named; readonly external: string }[];

const PAGE = 100;

/**
 * Asks the vendor about one page of what is here and was on none of its lists.
 *
 * SECURITY: absence from a list proves nothing: pages shift while they are read. Only the vendor's
 * own word about this one thing takes it away.
 */
export async function checkStep(walker: Walker, place: Place, limits: CheckLimits): Promise<Step> {
  const page =
    place.entity === "membership"
      ? await missingMembers(walker, place)
      : await missingOfKind(walker, place, place.entity);
  let { drift } = place;
  for (const names of page.missing) {
    const stop = (why: Rejection | "aborted" | "halted"): Step => ({
      kind: "stopped",
      place: { ...place, drift },
      why,
    });
    if (limits.signal?.aborted === true) return stop("aborted");
    const taken = await check(walker, names, { drift, ...limits });
    if (!taken.ok) return stop(taken);
    if (taken.value === null) return stop("halted");
    drift = taken.value;
  }
  return page.next({ ...place, drift });
}

/** The counts afterwards; null if it would be one removal too many. */
async function check(
  walker: Walker,
  names: Missing,
  { drift, maxRemovals }: { readonly drift: Drift; readonly maxRemovals: number },
): Promise<Result<Drift | null>> {
  const answers: Statement[] = [];
  for (const name of names) {
    const answer = await confirm(walker, name);
    if (!answer.ok && isUnavailable(answer.reason)) return answer;
    if (!answer.ok) return ok(notUnderstood(walker, name.thing.entity, { answer, drift }));
    answers.push(answer.value);
  }
  const alive = answers.filter(({ kind }) => kind === "upsert");
  if (alive.length === 0 && sum(drift, "removed") >= maxRemovals) return ok(null);
  let after = drift;
  // Who is gone under one name and there under another is there.
  for (const answer of alive.length > 0 ? alive : answers) {
    const effect = await takeOver(walker, answer);
    if (!effect.ok) return effect;
    after = count(after, answer.entity, effect.value);
    if (answer.kind === "delete") continue;
    await walker.sightings.note([namedBy(answer)], walker.runtime.nowMs());
    after = count(after, answer.entity, "seen");
  }
  return ok(after);
}

/** The vendor's word about exactly this thing. */
async function confirm(
  walker: Walker,
  { thing, external }: Missing[number],
): Promise<Result<Statement>> {
  const answer = await askAbout(walker, { entity: thing.entity, external });
  // SECURITY: an answer about something else says nothing about this.
  if (answer.ok && !isSame(namedBy(answer.value), thing)) return reject("answer_mismatch");
  return answer;
}

function notUnderstood(
  { runtime, source }: Walker,
  entity: Place["entity"],
  { answer, drift }: { readonly answer: Rejection; readonly drift: Drift },
): Drift {
  runtime.log({
    level: "warn",
    event: "directory.check_failed",
    reason: answer.reason,
    provider: source.instance,
    fields: { entity },
  });
  return count(drift, entity, "ignored");
}

interface MissingPage {
  readonly missing: readonly Missing[];
  next(place: Place): Step;
}

/** Tenants or people that are linked to this vendor, not gone here, and were on no list. */
async function missingOfKind(
  walker: Walker,
  { at, startedAtMs }: Place,
  entity: "tenant" | "user",
): Promise<MissingPage> {
  const { stores, sightings, source } = walker;
  const links = await stores.links.listBySource({ ...source, kind: entity }, paged(at, PAGE));
  const things = links.items.map(({ external }) => ({ entity, external }));
  const seen = await sightings.lastSeen(things);
  const missing: Missing[] = [];
  for (const [index, { external, local }] of links.items.entries()) {
    if (isSeen(seen[index], startedAtMs)) continue;
    const row = await (entity === "tenant" ? stores.tenants : stores.users).get(local);
    if (row === null || row.status === "deleted") continue;
    missing.push([{ thing: { entity, external }, external }]);
  }
  return { missing, next: (place) => goOn(place, links.next) };
}

/** Members of one tenant that this vendor knows, who are not gone here and were on no list. */
async function missingMembers(walker: Walker, place: Place): Promise<MissingPage> {
  const { stores, source } = walker;
  const { at, members } = place;
  const links = await stores.links.listBySource({ ...source, kind: "tenant" }, paged(at, 1));
  const [link] = links.items;
  const tenant = link === undefined ? null : await stores.tenants.get(link.local);
  if (tenant === null || tenant.status === "deleted") {
    return { missing: [], next: (now) => goOn(now, links.next) };
  }
  const page = await stores.memberships.listByTenant(tenant.id, paged(members, PAGE));
  const tenantLinks = await stores.links.listByLocal("tenant", tenant.id);
  const missing: Missing[] = [];
  for (const { userId, status } of page.items) {
    if (status === "removed") continue;
    const userLinks = await stores.links.listByLocal("user", userId);
    const names = await missingPlaces(walker, { tenantLinks, userLinks }, place.startedAtMs);
    if (names.length > 0) missing.push(names);
  }
  return {
    missing,
    next: (now) =>
      page.next === undefined
        ? goOn(now, links.next)
        : { kind: "next", place: { ...now, members: page.next } },
  };
}

/** One membership here by all the names that this vendor may have for it. */
async function missingPlaces(
  { source, sightings, vendor }: Walker,
  links: { readonly tenantLinks: readonly Link[]; readonly userLinks: readonly Link[] },
  startedAtMs: number,
): Promise<Missing> {
  const isOurs = (link: Link) => link.instance === source.instance && link.issuer === source.issuer;
  const places = links.tenantLinks.filter(isOurs).flatMap((tenant) =>
    links.userLinks.filter(isOurs).map((user) => ({
      entity: "membership" as const,
      user: user.external,
      tenant: tenant.external,
    })),
  );
  const seen = await sightings.lastSeen(places);
  if (seen.some((atMs) => isSeen(atMs, startedAtMs))) return [];
  // Where another vendor speaks too, this one can only take away what it has listed before.
  const isShared = ![...links.tenantLinks, ...links.userLinks].every(isOurs);
  return places.flatMap((thing, index) => {
    const external = vendor.membershipId(thing);
    return external === null || (isShared && seen[index] === 0) ? [] : [{ thing, external }];
  });
}

/** In this walk. One from the very millisecond of its beginning may be of the walk before. */
function isSeen(atMs: number | undefined, startedAtMs: number): boolean {
  return atMs !== undefined && atMs > startedAtMs;
}

function paged(cursor: string | undefined, limit: number) {
  return cursor === undefined ? { limit } : { cursor, limit };
}

function isSame(one: Named, other: Named): boolean {
  if (one.entity === "membership") {
    return other.entity === "membership" && one.user === other.user && one.tenant === other.tenant;
  }
  return other.entity === one.entity && one.external === other.external;
}
