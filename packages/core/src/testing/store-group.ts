import type { Stores } from "../directory/ports.ts";

/** The part of a test runner that the groups need. `describe` and `test` of vitest, jest and node:test fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => void;
  readonly test: (name: string, body: () => Promise<void>) => void;
}

/** Stores under test, open and empty. */
export interface OpenStores<K extends keyof Stores = keyof Stores> {
  readonly stores: Pick<Stores, K>;
  readonly close?: () => Promise<void>;
}

/** What a group runs against. */
export interface StoreTarget<K extends keyof Stores = keyof Stores> {
  /** Shown in the report: `memory`, `postgres`. */
  readonly name: string;
  /** Called for each test: stores that nothing has been written to. */
  open(): Promise<OpenStores<K>>;
}

/** One behaviour that every implementation of a port must show. */
export interface StoreCase<K extends keyof Stores> {
  /** A sentence. It carries the number of its row where it proves a security invariant. */
  readonly title: string;
  readonly run: (store: Stores[K]) => Promise<void>;
}

/** Runs the cases of one port against a target. */
export type StoreGroup<K extends keyof Stores> = (
  runner: TestRunner,
  target: StoreTarget<K>,
) => void;

/** Makes a group out of its cases. Each case gets stores of its own, closed afterwards. */
export function storeGroup<K extends keyof Stores>(
  port: K,
  cases: readonly StoreCase<K>[],
): StoreGroup<K> {
  return ({ describe, test }, target) => {
    describe(`${target.name}: ${port}`, () => {
      for (const { title, run } of cases) {
        test(title, async () => {
          const { stores, close } = await target.open();
          try {
            await run(stores[port]);
          } finally {
            await close?.();
          }
        });
      }
    });
  };
}
