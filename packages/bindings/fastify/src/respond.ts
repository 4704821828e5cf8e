import { mergeVary, PRIVATE_HEADERS } from "@tenantry/core/http";
import { keepPrivate } from "@tenantry/core/node";
import type { HookReply } from "./hook.ts";

/** A response in neutral words. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string;
}

/**
 * Marks the response to come as depending on who asks, and adds cookies to it. With cookies it is
 * private and not stored, whatever a handler says about caching.
 */
export function setPrivate(reply: HookReply, setCookies: readonly string[]): void {
  for (const header of PRIVATE_HEADERS) setHeader(reply, header);
  for (const cookie of setCookies) setHeader(reply, ["set-cookie", cookie]);
  // SECURITY: a shared cache that kept the response would hand out the cookies with it.
  if (setCookies.length > 0) keepPrivate(reply.raw);
}

/**
 * Answers, keeping the cookies and the `Vary` that others have set. The answer is a reply like any
 * other, so that `onSend` hooks see it, and never an error for the app's error handler.
 */
export function send(reply: HookReply, { status, headers, body }: Answer): unknown {
  reply.statusCode = status;
  for (const header of headers) setHeader(reply, header);
  // An empty text would be given a content type, and null would be written out as JSON.
  return reply.send(body === "" ? undefined : body);
}

function setHeader(reply: HookReply, [name, value]: readonly [string, string]): void {
  const merged = name === "vary" ? mergeVary(text(reply.getHeader(name)), value) : value;
  reply.header(name, merged); // appends a cookie
  // For handlers that write past Fastify, after `reply.hijack()`.
  if (name === "set-cookie") reply.raw.appendHeader(name, merged);
  else reply.raw.setHeader(name, merged);
}

function text(value: number | string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(", ") : String(value ?? "");
}
