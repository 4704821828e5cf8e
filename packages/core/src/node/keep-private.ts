import { PRIVATE_HEADERS } from "../http/answer.ts";
import { rulesCaches } from "../http/caching.ts";

/** What of a Node response it takes: the part that HTTP/2 responses of Node have as well. */
export interface NodeHead {
  getHeaderNames(): string[];
  removeHeader(name: string): unknown;
  setHeader(name: string, value: string): unknown;
  writeHead: (...args: never[]) => unknown;
}

/**
 * Keeps a response private to its very start, whatever a handler says of it until then. For responses
 * with cookies of ours: a shared cache keeps those along with the rest.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9111#section-7.3 RFC 9111 §7.3}
 */
export function keepPrivate(res: NodeHead): void {
  const { writeHead } = res;
  // Every response of Node goes through `writeHead`, also where nobody calls it.
  res.writeHead = (...args: readonly unknown[]) => {
    for (const name of res.getHeaderNames()) if (rulesCaches(name)) res.removeHeader(name);
    for (const [name, value] of PRIVATE_HEADERS) if (rulesCaches(name)) res.setHeader(name, value);
    return Reflect.apply(writeHead, res, args.map(withoutRules)) as unknown;
  };
}

/** An argument of `writeHead`; headers are an object, or names and values by turns. */
function withoutRules(argument: unknown): unknown {
  if (typeof argument !== "object" || argument === null) return argument;
  if (!Array.isArray(argument)) {
    return Object.fromEntries(Object.entries(argument).filter(([name]) => !rulesCaches(name)));
  }
  const list: readonly unknown[] = argument;
  return list.filter((_, index) => !rulesCaches(String(list[index - (index % 2)])));
}
