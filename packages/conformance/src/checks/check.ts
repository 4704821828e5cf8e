import type { ExpectedCapabilities } from "../expected.ts";
import type { Scene } from "../scene/scene.ts";

/** What a check may know besides its scene. */
export interface CheckFacts {
  readonly expected: ExpectedCapabilities | undefined;
}

/** One question to an adapter. Throws if the answer is wrong. */
export interface Check {
  /** The id of the requirement it proves. */
  readonly cites: string;
  /** Needs a vendor of its own, because it breaks or changes what the others use. */
  readonly isolated: boolean;
  /** Has to wait for a clock. */
  readonly slow: boolean;
  readonly run: (scene: Scene, facts: CheckFacts) => Promise<void>;
}

/** Makes a check. */
export function check(cites: string, run: Check["run"]): Check {
  return { cites, isolated: false, slow: false, run };
}

/** Makes a check that gets a vendor of its own. */
export function isolatedCheck(cites: string, run: Check["run"]): Check {
  return { cites, isolated: true, slow: false, run };
}

/** Makes a check that has to wait for a clock. */
export function slowCheck(cites: string, run: Check["run"]): Check {
  return { cites, isolated: false, slow: true, run };
}
