import type { ServerResponse } from "node:http";
import { PRIVATE_HEADERS, type HttpAnswer } from "../http/answer.ts";
import { mergeVary } from "../http/vary.ts";
import { keepPrivate } from "./keep-private.ts";

/** Marks a response as depending on who asks, before anybody else gets to write it. */
export function setPrivate(res: ServerResponse): void {
  if (res.headersSent) return;
  for (const header of PRIVATE_HEADERS) setHeader(res, header);
}

/**
 * Adds cookies to those that others have set. The response is then private and not stored, whatever
 * a handler says about caching.
 */
export function addCookies(res: ServerResponse, cookies: readonly string[]): void {
  // SECURITY: a shared cache that kept the response would hand out the cookies with it.
  if (cookies.length > 0) keepPrivate(res);
  for (const cookie of cookies) setHeader(res, ["set-cookie", cookie]);
}

/** Sends a whole answer, keeping the cookies and the `Vary` that others have set. */
export function writeAnswer(res: ServerResponse, answer: HttpAnswer): void {
  // Somebody has answered already, a time limit for example, or the client is gone.
  if (res.headersSent) return;
  res.statusCode = answer.status;
  for (const header of answer.headers) setHeader(res, header);
  res.end(answer.body);
}

/** Sends a web-standard response likewise. */
export async function writeResponse(res: ServerResponse, response: Response): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  if (res.headersSent) return;
  res.statusCode = response.status;
  // Iterating a response's headers yields one entry for each cookie.
  for (const header of response.headers) setHeader(res, header);
  const { req } = res;
  // The rest of a refused body is still on its way: nothing else can come over this connection.
  if (!req.complete && req.httpVersionMajor < 2) res.setHeader("connection", "close");
  res.end(body);
}

function setHeader(res: ServerResponse, [name, value]: readonly [string, string]): void {
  // Cookies are one header line each, and compression may vary the response before us.
  if (name === "set-cookie") res.appendHeader(name, value);
  else if (name === "vary") res.setHeader(name, mergeVary(text(res.getHeader(name)), value));
  else res.setHeader(name, value);
}

function text(value: number | string | readonly string[] | undefined): string {
  return typeof value === "object" ? value.join(", ") : String(value ?? "");
}
