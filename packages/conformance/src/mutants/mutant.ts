import type { Spoiled } from "../run/stage.ts";
import type { Started } from "../target/target.ts";

/** An adapter that is broken on purpose, and the requirements that have to notice. */
export interface AdapterMutant {
  /** Short and unique. */
  readonly id: string;
  /** What is wrong with it, in one sentence. */
  readonly defect: string;
  /** Every one of these fails, as far as it can be asked of the vendor. */
  readonly fails: readonly string[];
  /** These may fail as well, depending on the vendor. */
  readonly mayFail?: readonly string[];
  /**
   * Whoever mixes up people or tenants breaks isolation in many places: then every requirement that
   * guards it may fail as well. Without this nothing fails that is not named here.
   */
  readonly spreads?: true;
  /** Breaks an adapter. Null if there is nothing to break in this one. */
  readonly spoil: (started: Started) => Spoiled | null;
}
