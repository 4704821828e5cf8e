import type { Answer, Call } from "../http/api.ts";
import { json, unprocessable } from "./errors.ts";
import type { ApiObject } from "./objects.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 500;

/** One page of a list, or the answer that refuses the parameters. Newest first, as the vendor does. */
function pageOf(call: Call, items: readonly ApiObject[]): readonly ApiObject[] | Answer {
  const { searchParams } = call.url;
  const limit = Number(searchParams.get("limit") ?? DEFAULT_LIMIT);
  const offset = Number(searchParams.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return unprocessable("limit");
  if (!Number.isInteger(offset) || offset < 0) return unprocessable("offset");
  const order = searchParams.get("order_by") ?? "-created_at";
  const sign = order.startsWith("-") ? -1 : 1;
  const field = order.replace(/^[+-]/, "");
  const sorted = items.toSorted((a, b) => sign * compare(a[field], b[field]));
  return sorted.slice(offset, offset + limit);
}

/** `{data, total_count}`. */
export function listAnswer(call: Call, items: readonly ApiObject[]): Answer {
  const page = pageOf(call, items);
  return "status" in page ? page : json({ data: page, total_count: items.length });
}

/** A bare array, as `GET /users` has it; the count has an endpoint of its own. */
export function arrayAnswer(call: Call, items: readonly ApiObject[]): Answer {
  const page = pageOf(call, items);
  return "status" in page ? page : json(page);
}

/** Values of a repeated parameter such as `user_id`; undefined if it was not sent. */
export function wanted(call: Call, name: string): readonly string[] | undefined {
  const values = call.url.searchParams.getAll(name);
  return values.length === 0 ? undefined : values;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}
