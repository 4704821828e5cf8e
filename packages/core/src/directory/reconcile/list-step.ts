import { reject } from "../../internal/result.ts";
import { count } from "./drift.ts";
import { goOn, type Place, type Step } from "./place.ts";
import { namedBy } from "./sightings.ts";
import { takeOver } from "./take-over.ts";
import { ask, type Walker } from "./walker.ts";

/**
 * Reads one page of a vendor's list, takes it over and notes what was on it. The page counts as a
 * whole or not at all: one that could not be read, or not be taken over, is read again.
 */
export async function listStep(walker: Walker, place: Place): Promise<Step> {
  const { vendor, tools, sightings, runtime } = walker;
  const { entity, at } = place;
  const page = await ask(() => vendor.list(entity, at, tools));
  if (!page.ok) return { kind: "stopped", place, why: page };
  const { items, next } = page.value;
  // A list that comes round to the same page never shows its end.
  if (next !== undefined && next === at) {
    return { kind: "stopped", place, why: reject("list_endless") };
  }
  let { drift } = place;
  for (const item of items) {
    const effect = await takeOver(walker, item);
    if (!effect.ok) return { kind: "stopped", place, why: effect };
    drift = count(count(drift, entity, "seen"), entity, effect.value);
  }
  const shown = items.flatMap((item) => (item.kind === "upsert" ? [namedBy(item)] : []));
  await sightings.note(shown, runtime.nowMs());
  return goOn({ ...place, drift }, next);
}
