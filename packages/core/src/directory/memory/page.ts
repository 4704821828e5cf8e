import type { ListOptions, Listing } from "../ports.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** How to cut a page. */
export interface PageOrder<T> {
  /** The position of an item: unique, and it never changes. */
  readonly position: (item: T) => string;
  readonly descending?: boolean;
}

/**
 * One page of items, ordered by position. The cursor is the position of the page's last item, so
 * that what is added meanwhile moves nothing, and so that any text at all is a harmless cursor.
 */
export function page<T>(
  items: Iterable<T>,
  order: PageOrder<T>,
  options: ListOptions = {},
): Listing<T> {
  const { cursor, limit = DEFAULT_LIMIT } = options;
  const size = Number.isNaN(limit)
    ? DEFAULT_LIMIT
    : Math.min(Math.max(Math.trunc(limit), 1), MAX_LIMIT);
  const sign = order.descending === true ? -1 : 1;
  const rest = [...items]
    .map((item) => ({ item, position: order.position(item) }))
    .filter(({ position }) => cursor === undefined || compare(position, cursor) * sign > 0)
    .toSorted((a, b) => compare(a.position, b.position) * sign);
  const slice = rest.slice(0, size);
  const last = slice.at(-1);
  return {
    items: slice.map(({ item }) => item),
    ...(last !== undefined && rest.length > size ? { next: last.position } : {}),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
