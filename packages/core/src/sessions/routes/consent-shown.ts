import type { ConsentRequest } from "../../provider/mcp.ts";

/** What the page has shown, and to whom. It travels through the browser, sealed. */
export interface Shown {
  readonly id: string;
  readonly sessionId: string;
  readonly query: string;
  readonly request: ConsentRequest;
}

/** Whether an opened seal is a {@link Shown}: another version of this code may have made it. */
export function isShown(value: unknown): value is Shown {
  const isText = (name: string) => typeof fieldOf(value, name) === "string";
  return ["id", "sessionId", "query"].every(isText) && isRequest(fieldOf(value, "request"));
}

function isRequest(value: unknown): boolean {
  return fieldOf(value, "kind") === "grant"
    ? Array.isArray(fieldOf(value, "scopes")) && fieldOf(value, "client") !== undefined
    : typeof fieldOf(value, "origin") === "string";
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
