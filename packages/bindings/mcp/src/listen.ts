import { isRecord } from "./body.ts";

/**
 * The body with a subscription's addresses reduced to those that the caller may read. The SDK asks
 * nobody: without this, anybody hears of any address that they can guess.
 */
export function filterListen(parsed: unknown, canRead: (uri: unknown) => boolean): unknown {
  if (Array.isArray(parsed)) return parsed.map((item: unknown) => filterListen(item, canRead));
  if (!isRecord(parsed) || parsed["method"] !== "subscriptions/listen") return parsed;
  const { params } = parsed;
  if (!isRecord(params) || !isRecord(params["notifications"])) return parsed;
  const { resourceSubscriptions, ...rest } = params["notifications"];
  if (!Array.isArray(resourceSubscriptions)) return parsed;
  const readable = resourceSubscriptions.filter((uri: unknown) => canRead(uri));
  return {
    ...parsed,
    params: { ...params, notifications: { ...rest, resourceSubscriptions: readable } },
  };
}
