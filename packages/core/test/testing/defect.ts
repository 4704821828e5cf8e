import type { ListOptions, Listing, Stores } from "../../src/stores.ts";

/** One way in which an implementation of a port can be wrong. */
export interface Defect<K extends keyof Stores> {
  readonly port: K;
  /** What the broken store does. */
  readonly name: string;
  readonly break: (real: Stores[K]) => Partial<Stores[K]>;
}

/** Types a list of defects of one port. */
export function defectsOf<K extends keyof Stores>(
  port: K,
  breaks: Readonly<Record<string, (real: Stores[K]) => Partial<Stores[K]>>>,
): readonly Defect<K>[] {
  return Object.entries(breaks).map(([name, breakStore]) => ({ port, name, break: breakStore }));
}

/** Lets every other caller run in between, as a database does between two statements. */
export const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A listing whose cursor is a number of items, which insertions shift. */
export async function byOffset<T>(
  all: (options: ListOptions) => Promise<Listing<T>>,
  options: ListOptions = {},
): Promise<Listing<T>> {
  const { items } = await all({ limit: 1000 });
  const from = Number(options.cursor ?? 0) || 0;
  const to = from + (options.limit ?? 100);
  return { items: items.slice(from, to), ...(to < items.length ? { next: String(to) } : {}) };
}

/** A listing that trusts its cursor to be its own. */
export function parsing<T>(list: (options?: ListOptions) => Promise<Listing<T>>) {
  return async (options?: ListOptions): Promise<Listing<T>> => {
    if (options?.cursor !== undefined) JSON.parse(options.cursor);
    return list(options);
  };
}
