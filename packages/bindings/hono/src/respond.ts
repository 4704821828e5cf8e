import type { Context } from "hono";
import { mergeVary, PRIVATE_HEADERS, rulesCaches } from "@tenantry/core/http";

/** A response in neutral words. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string | ReadableStream | null;
}

/** Marks the response to come as depending on who asks. Handlers that use `c.json()` and the like keep it. */
export function preparePrivate(c: Context, setCookies: readonly string[]): void {
  for (const [name, value] of PRIVATE_HEADERS) c.header(name, value, { append: name === "vary" });
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
}

/** The same for a response that a handler, or an error, has made by itself: Hono drops what was prepared. */
export function completePrivate(c: Context, setCookies: readonly string[]): void {
  // A connection that becomes a web socket, which nobody can build again or cache.
  if (c.res.status < 200) return;
  // SECURITY: a shared cache that kept the response would hand out the cookies with it.
  if (setCookies.length > 0) forgetCaching(c);
  for (const [name, value] of PRIVATE_HEADERS) {
    const present = c.res.headers.get(name);
    const wanted = name === "vary" ? mergeVary(present, value) : (present ?? value);
    if (wanted !== present) c.header(name, wanted);
  }
  const present = c.res.headers.getSetCookie();
  for (const cookie of setCookies) {
    if (!present.includes(cookie)) c.header("set-cookie", cookie, { append: true });
  }
}

function forgetCaching(c: Context): void {
  for (const name of [...c.res.headers.keys()]) if (rulesCaches(name)) c.header(name, undefined);
}

/** Answers, keeping the headers, the cookies and the `Vary` that others have set. */
export function send(c: Context, { status, headers, body }: Answer): Response {
  c.res = c.newResponse(body, new Response(null, { status }));
  for (const [name, value] of headers) {
    if (name === "set-cookie") c.header(name, value, { append: true });
    else if (name === "vary") c.header(name, mergeVary(c.res.headers.get(name), value));
    else c.header(name, value);
  }
  return c.res;
}
