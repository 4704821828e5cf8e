import { randomUUID } from "node:crypto";
import { appFacts } from "../app/app.ts";
import type { Defects } from "../app/defects.ts";
import { createCast, type Cast } from "../scene/cast.ts";
import { createScene, type Scene } from "../scene/scene.ts";
import type { ConformanceTarget, Started } from "../target/target.ts";
import { seededRandom } from "./random.ts";

/** The vendor could not be started or set up: the target is at fault, not the adapter. */
export class TargetError extends Error {
  constructor(doing: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`The target failed while ${doing}: ${detail}`, { cause });
    this.name = "TargetError";
  }
}

/** A vendor with its cast, as a defect may have changed it. */
export interface Stage {
  readonly scene: Scene;
  close(): Promise<void>;
}

/** How a stage is set. */
export interface StageOptions {
  readonly seed: number;
  /** Breaks the adapter on purpose; see the mutants. */
  readonly spoil?: (started: Started) => Spoiled;
}

/** A vendor with a broken adapter in front of it. */
export interface Spoiled {
  readonly started: Started;
  readonly defects?: Defects;
  /** Whether the defect ever had anything to spoil. Default: yes. */
  readonly tookHold?: () => boolean;
}

/** Starts a vendor of the target and makes the cast. Throws {@link TargetError}. */
export async function openStage(
  target: ConformanceTarget,
  { seed, spoil }: StageOptions,
): Promise<Stage> {
  const facts = appFacts(target.vendor);
  let honest: Started;
  try {
    honest = await target.start(facts);
  } catch (error) {
    throw new TargetError("it was started", error);
  }
  const run = randomUUID().slice(0, 8);
  let cast: Cast;
  try {
    cast = await createCast(honest, run);
  } catch (error) {
    await honest.close();
    throw new TargetError("tenants and people were made", error);
  }
  const { started, defects } = spoil?.(honest) ?? { started: honest };
  let names = 0;
  const scene = createScene({
    facts,
    started,
    cast,
    random: seededRandom(seed),
    unique(word) {
      names += 1;
      return `${word}-${run}-${names}`;
    },
    ...(defects === undefined ? {} : { defects }),
  });
  return { scene, close: () => honest.close() };
}
