import { timingSafeEqual } from "node:crypto";
import type { Answer, Call } from "../http/api.ts";
import { unauthorized } from "./errors.ts";

/** Refuses calls without the management key (https://workos.com/docs/reference/api-keys). */
export function requireKey(apiKey: string): (call: Call) => Answer | null {
  const expected = Buffer.from(`Bearer ${apiKey}`);
  return ({ headers }) => {
    const given = Buffer.from(headers.authorization ?? "");
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    return isRight ? null : unauthorized;
  };
}
