import type { LogEvent } from "@tenantry/core";
import type { WireReply } from "../wire.ts";
import type { Difference } from "../binding-under-test.ts";
import type { Expected, Row } from "./row.ts";

/** What a row was answered, and what happened meanwhile. */
export interface Observed {
  readonly reply: WireReply;
  readonly handled: number;
  readonly logged: readonly LogEvent[];
  /** Texts that must never come back: what the people of the test have presented. */
  readonly secrets: readonly string[];
}

/** What is wrong with an answer, given what the binding says is different. */
export function judge(
  row: Pick<Row, "expected">,
  difference: Difference | undefined,
  observed: Observed,
): string[] {
  if (difference === undefined) return mismatches(row.expected, observed);
  const wrong = mismatches(difference.expected, observed);
  if (mismatches(row.expected, observed).length === 0) {
    wrong.push("the answer is as everywhere else: take the row off the list of differences");
  }
  return wrong;
}

const PRIVATE_VARY = ["cookie", "authorization", "accept"];

/** Everything in which an answer is not as expected, in words; empty if it is. */
export function mismatches(
  expected: Expected,
  { reply, handled, logged, secrets }: Observed,
): string[] {
  const { status, headers = {}, body, vary = [], isPrivate = true } = expected;
  const wrong: string[] = [];
  if (![status].flat().includes(reply.status)) {
    wrong.push(`status ${reply.status}, not ${String(status)}`);
  }
  if (isPrivate) {
    const cache = linesOf(reply, "cache-control");
    if (cache.join() !== "private, no-store") wrong.push(`cache-control: ${show(cache)}`);
  }
  const varies = linesOf(reply, "vary").flatMap((line) => line.toLowerCase().split(/\s*,\s*/));
  for (const name of [
    ...(isPrivate ? PRIVATE_VARY : []),
    ...vary.map((one) => one.toLowerCase()),
  ]) {
    if (!varies.includes(name)) wrong.push(`vary: ${show(varies)}, without ${name}`);
  }
  for (const [name, value] of Object.entries(headers)) {
    const lines = linesOf(reply, name);
    if (!headerMatches(lines, value)) {
      wrong.push(`${name}: ${show(lines)}, not ${show(value)}`);
    }
  }
  if (body !== undefined && !bodyMatches(reply.body, body)) {
    wrong.push(`body ${show(reply.body.slice(0, 300))}, not ${show(body)}`);
  }
  const isOurs = typeof body === "object" && "error" in body;
  const wanted = expected.handled ?? (isOurs ? 0 : undefined);
  if (wanted !== undefined && handled !== wanted) {
    wrong.push(`a handler ran ${handled} times, not ${wanted}`);
  }
  const { logged: line } = expected;
  if (
    line !== undefined &&
    !logged.some(
      (event) =>
        event.level === line.level && line.text.test(`${event.event} ${event.reason ?? ""}`),
    )
  ) {
    wrong.push(`logged ${show(logged)}, without ${line.text.source}`);
  }
  if (secrets.some((secret) => reply.body.includes(secret))) wrong.push("a secret in the body");
  return wrong;
}

function linesOf(reply: WireReply, wanted: string): string[] {
  return reply.headers.filter(([name]) => name === wanted).map(([, value]) => value);
}

function headerMatches(
  lines: readonly string[],
  value: NonNullable<Expected["headers"]>[string],
): boolean {
  const wanted = value === null ? [] : [value].flat();
  const left = [...lines];
  const isEach = wanted.every((one) => {
    const at = left.findIndex((line) => (one instanceof RegExp ? one.test(line) : one === line));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
  return isEach && left.length === 0;
}

function bodyMatches(text: string, wanted: NonNullable<Expected["body"]>): boolean {
  if (typeof wanted === "string") return text === wanted;
  if (wanted instanceof RegExp) return wanted.test(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false;
  }
  if ("json" in wanted) return JSON.stringify(parsed) === JSON.stringify(wanted.json);
  const error: unknown = Object(Object(parsed).error).code;
  return error === wanted.error;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part) => (part instanceof RegExp ? String(part) : part));
}
