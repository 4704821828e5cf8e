import { opens, opensNothing } from "../scene/expect.ts";
import type { Scene, TokenDoor } from "../scene/scene.ts";
import { Skip } from "../scene/skip.ts";
import type { Bend, Specimen } from "../scene/specimen.ts";
import { check, type Check } from "./check.ts";

/** A way to forge a token, with a name for the message. */
export interface Forgery {
  readonly name: string;
  readonly bend: Bend;
}

/**
 * For each kind of token: the honest one, signed anew without a change, opens its mount, and each
 * forgery of it does not. Without the first half a suite that signs badly would find nothing.
 */
export async function refuseForgeries(
  scene: Scene,
  forgeriesOf: (specimen: Specimen) => readonly Forgery[],
  doors: readonly TokenDoor[] = scene.doors(),
): Promise<void> {
  const app = scene.app();
  for (const door of doors) {
    const specimen = await scene.specimen(door);
    await opens(app, await specimen.bend({}), { accept: [door] });
    for (const { name, bend } of forgeriesOf(specimen)) {
      const token = await specimen.bend(bend);
      await opensNothing(app, token, { accept: [door], what: `${name} (${door})` });
    }
  }
}

/** A check that is nothing but a list of forgeries. */
export function forgeries(
  cites: string,
  forgeriesOf: (specimen: Specimen) => readonly Forgery[],
): Check {
  return check(cites, (scene) => refuseForgeries(scene, forgeriesOf));
}

/** The kinds whose audience can be bent, with the claim that holds it. Skips if there are none. */
export function doorsWithAudience(
  scene: Scene,
  which: "any" | "always" = "any",
): readonly { readonly door: TokenDoor; readonly claim: string }[] {
  const reasons: string[] = [];
  const found = scene.doors().flatMap((door) => {
    const audience = scene.started.tokens.kinds[door]?.audience;
    if (audience === undefined) return [];
    if ("none" in audience) reasons.push(`${door}: ${audience.none}`);
    else if (which === "always" && audience.optional !== undefined) {
      reasons.push(`${door}: ${audience.optional}`);
    } else return [{ door, claim: audience.claim }];
    return [];
  });
  if (found.length === 0) throw new Skip(reasons.join("; "));
  return found;
}

/** One forgery for each value of a claim. */
export function claimForgeries(claim: string, values: readonly unknown[]): readonly Forgery[] {
  return values.map((value) => ({
    name: `${claim} ${value === undefined ? "missing" : (JSON.stringify(value) ?? "missing")}`.slice(
      0,
      60,
    ),
    bend: { claims: { [claim]: value } },
  }));
}
