import assert from "node:assert/strict";
import type { ListOptions, Listing } from "../directory/ports.ts";

/** How many callers race. */
export const CALLERS = 100;

/** Starts `work` for many callers at once. */
export async function race<T>(work: (caller: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(caller)));
}

/** Checks that exactly one of many callers was told yes. */
export function exactlyOne(answers: readonly boolean[]): void {
  assert.equal(answers.filter(Boolean).length, 1, "exactly one caller must win");
}

/**
 * Checks that a store shares no objects with its callers: what happens to a value after it was
 * written, or to a value that was read, changes nothing that is stored.
 */
export async function checkCopies<T extends object>(
  value: T,
  store: { write(value: T): Promise<unknown>; read(): Promise<T | null> },
): Promise<void> {
  const before = structuredClone(value);
  const given = structuredClone(value);
  await store.write(given);
  tamper(given);
  assert.deepEqual(await store.read(), before, "a value changed after it was written");
  tamper(await store.read());
  assert.deepEqual(await store.read(), before, "a value that was read is the stored one");
}

/** Tries to change every member, nested ones too. A frozen one stays as it is, without an error. */
function tamper(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    tamper(member);
    Reflect.set(value, name, "tampered");
  }
  if (Array.isArray(value)) Reflect.set(value, value.length, "tampered");
}

/** A listing to walk, and a way to add to it meanwhile. */
export interface Listed<T> {
  readonly list: (options?: ListOptions) => Promise<Listing<T>>;
  readonly add: (id: string) => Promise<unknown>;
  readonly id: (item: T) => string;
}

/** Checks that pages show every item that was there from the start exactly once, and end. */
export async function checkPages<T>({ list, add, id }: Listed<T>): Promise<void> {
  const ids = Array.from({ length: 10 }, (_, index) => `item-${index * 10}`);
  for (const one of ids) await add(one);
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await list(cursor === undefined ? { limit: 3 } : { limit: 3, cursor });
    assert.ok(page.items.length <= 3, "a page holds no more than was asked for");
    seen.push(...page.items.map(id));
    // Before, between and after everything that is listed, whichever way it is ordered.
    const places = pages < 4 ? ["a-", "item--", "item-45-", "item-99-", "z-"] : [];
    for (const place of places) await add(`${place}${pages}`);
    cursor = page.next;
    pages += 1;
    assert.ok(pages < 50, "the listing must end");
  } while (cursor !== undefined);
  assert.equal(new Set(seen).size, seen.length, "an item was listed twice");
  assert.deepEqual(
    ids.filter((one) => !seen.includes(one)),
    [],
    "items were left out",
  );
}

/** Checks that a cursor that no listing gave out does no harm. */
export async function checkForeignCursors<T>(
  list: (options: ListOptions) => Promise<Listing<T>>,
  isOurs: (item: T) => boolean,
): Promise<void> {
  for (const cursor of ["", "nonsense", "' or 1=1 --", "\u0000", "💥", "9".repeat(400), "%"]) {
    const { items } = await list({ cursor });
    assert.ok(items.every(isOurs), "a made-up cursor shows another tenant's items");
  }
}
