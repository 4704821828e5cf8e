import type { AuditTarget } from "./target.ts";
import type { Answer } from "./wire.ts";

/** The reason if the answer holds a text that only this tenant has, else null. */
export function leaks(answer: Answer | string, target: AuditTarget, of: "a" | "b"): string | null {
  const text = typeof answer === "string" ? answer : answer.text;
  // JSON may spell any character as an escape.
  const canary = target.canaries[of].find(
    (one) => text.includes(one) || text.includes(JSON.stringify(one).slice(1, -1)),
  );
  return canary === undefined ? null : `the answer holds "${canary}" of tenant ${of.toUpperCase()}`;
}

/** Whether the call did what it was asked to do. */
export function succeeded({ status, message }: Answer): boolean {
  if (status !== 200 || message?.result === undefined || message.error !== undefined) return false;
  const { result } = message;
  return !(typeof result === "object" && result !== null && "isError" in result && result.isError);
}

/** The reason if this is not the refusal of an unusable credential (RFC 9728 §5.1, RFC 6750 §3), else null. */
export function refusedBadly(answer: Answer, presented: boolean): string | null {
  if (answer.status !== 401) return `answered ${answer.status} and not 401`;
  const challenge = answer.headers.get("www-authenticate") ?? "";
  if (!/^Bearer\b/i.test(challenge)) return "the 401 has no Bearer challenge";
  if (!/resource_metadata="https?:[^"]+"/.test(challenge)) {
    return "the challenge does not say where the resource metadata is";
  }
  const code = /error="([^"]*)"/.exec(challenge)?.[1];
  if (presented && code !== "invalid_token") return `the challenge has not error="invalid_token"`;
  if (!presented && code !== undefined)
    return `the challenge accuses a caller who presented nothing`;
  return null;
}

/** The reason if two answers differ in more than the thing they were asked for and random ids, else null. */
export function differ(
  foreign: { readonly answer: Answer; readonly named: readonly string[] },
  absent: { readonly answer: Answer; readonly named: readonly string[] },
): string | null {
  if (foreign.answer.status !== absent.answer.status) {
    return `a foreign thing is answered with ${foreign.answer.status}, an absent one with ${absent.answer.status}`;
  }
  const alike = plain(foreign) === plain(absent);
  return alike ? null : "a foreign thing is answered unlike an absent one, so it can be probed for";
}

function plain({ answer, named }: { readonly answer: Answer; readonly named: readonly string[] }) {
  let text = JSON.stringify([answer.message?.result ?? null, answer.message?.error ?? null]);
  for (const name of named.toSorted((a, b) => b.length - a.length)) {
    text = text.replaceAll(JSON.stringify(name).slice(1, -1), "<named>");
  }
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/[\w-]{16,}/g, (word) => (/\d/.test(word) ? "<random>" : word));
}

/** Every text among a call's parameters. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
