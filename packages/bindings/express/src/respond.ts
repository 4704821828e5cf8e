import type { Response } from "express";
import { PRIVATE_HEADERS } from "@tenantry/core/http";

/** A response in neutral words. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string | Uint8Array;
}

/** Marks a response as depending on who asks, before anybody else gets to write it. */
export function setPrivate(res: Response): void {
  for (const header of PRIVATE_HEADERS) setHeader(res, header);
}

/** Sends a whole answer, keeping the cookies and the `Vary` that others have set. */
export function respond(res: Response, answer: Answer): void {
  res.status(answer.status);
  for (const header of answer.headers) setHeader(res, header);
  res.end(answer.body);
}

function setHeader(res: Response, [name, value]: readonly [string, string]): void {
  // Cookies are one header line each, and compression may vary the response before us.
  if (name === "set-cookie") res.append(name, value);
  else if (name === "vary") res.vary(value);
  else res.setHeader(name, value);
}
