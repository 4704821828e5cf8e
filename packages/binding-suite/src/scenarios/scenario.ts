import type { SuiteApp } from "../suite-app.ts";
import type { World } from "../world/world.ts";

/** Something that one request and its answer cannot show. */
export interface Scenario {
  readonly title: string;
  readonly app: (world: World, ran: () => void) => SuiteApp;
  run(at: {
    readonly origin: string;
    readonly port: number;
    readonly world: World;
    /** How often a handler ran so far. */
    readonly handled: () => number;
  }): Promise<void>;
}
