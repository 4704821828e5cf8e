import type { AddressInfo } from "node:net";
import type { Expected } from "./rows/row.ts";
import type { SuiteApp } from "./suite-app.ts";
import type { SuiteAuth } from "./world/world.ts";

/** A served app. */
export interface Served {
  readonly address: AddressInfo;
  close(): Promise<void>;
}

/**
 * An answer that differs because of the framework's own router or request type. It is checked as
 * well, and it must really differ: one that is as everywhere else has to be taken off the list.
 */
export interface Difference {
  /** Ids of rows. */
  readonly rows: readonly string[];
  readonly reason: string;
  /** What stands here instead of what the row expects. */
  readonly expected: Expected;
}

/** What a binding hands in to be tested. */
export interface BindingUnderTest {
  readonly name: string;
  /** Serves an app over Node's `http` on a free port of 127.0.0.1. */
  serve(auth: SuiteAuth, app: SuiteApp): Promise<Served>;
  readonly differences: readonly Difference[];
}
