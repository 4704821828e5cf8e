import type { Answer, Fields } from "../http/api.ts";
import type { WorkosContext } from "./context.ts";
import { unprocessable } from "./errors.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/**
 * One page of a list (https://workos.com/docs/reference/pagination): newest first unless `order` is
 * `asc`, ten unless `limit` says otherwise. The cursor is an id, which may be gone meanwhile.
 */
export function listAnswer(
  { stamps }: Pick<WorkosContext, "stamps">,
  items: readonly Fields[],
  query: URLSearchParams,
): Answer {
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  const order = query.get("order") ?? "desc";
  const after = query.get("after");
  const before = query.get("before");
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return unprocessable("limit");
  if (order !== "asc" && order !== "desc") return unprocessable("order");
  const positionOf = (id: unknown) => stamps.position(String(id));
  for (const [name, cursor] of [["after", after] as const, ["before", before] as const]) {
    if (cursor !== null && positionOf(cursor) < 0) return unprocessable(name);
  }
  const sign = order === "asc" ? 1 : -1;
  const sorted = items.toSorted((a, b) => sign * (positionOf(a["id"]) - positionOf(b["id"])));
  const isPast = (item: Fields, cursor: string) =>
    sign * (positionOf(item["id"]) - positionOf(cursor)) > 0;
  const following = after === null ? sorted : sorted.filter((item) => isPast(item, after));
  const earlier =
    before === null
      ? following
      : following.filter((item) => item["id"] !== before && !isPast(item, before));
  const page = before === null ? earlier.slice(0, limit) : earlier.slice(-limit);
  const [first] = page;
  const last = page.at(-1);
  const hasMoreAfter = last !== undefined && sorted.at(-1) !== last;
  const hasMoreBefore = first !== undefined && sorted[0] !== first;
  return {
    status: 200,
    body: {
      object: "list",
      data: page,
      list_metadata: {
        before: hasMoreBefore ? first["id"] : null,
        after: hasMoreAfter ? last["id"] : null,
      },
    },
  };
}
