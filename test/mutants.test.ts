import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { applyMutation, occurrences } from "../scripts/mutants/apply.ts";
import { findMutants } from "../scripts/mutants/find-mutants.ts";
import { cites, INVARIANTS } from "../scripts/mutants/invariants.ts";
import type { Mutant } from "../scripts/mutants/mutant.ts";
import { type MutantResult, runMutants } from "../scripts/mutants/run-mutants.ts";
import { resultTable } from "../scripts/mutants/table.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const root = fileURLToPath(new URL("fixtures/mutants", import.meta.url));

const killer = (title: string) => ({ project: "fixture", file: "sum.test.ts", test: title });

const killed = {
  id: "starts-at-one",
  row: 1,
  guards: "A sum starts at zero.",
  file: "sum.ts",
  find: "let total = 0;",
  replace: "let total = 1;",
  killedBy: [killer("adds what it is given (1 + 2)")],
} satisfies Mutant;

const mutants: readonly Mutant[] = [
  killed,
  { ...killed, id: "one-row-of-a-table", killedBy: [killer("adds up")] },
  { ...killed, id: "suite-and-title", killedBy: [killer("sum > adds what")] },
  {
    ...killed,
    id: "equivalent",
    find: "for (const value of values) total += value;",
    replace: "for (const value of values.toReversed()) total += value;",
  },
  {
    ...killed,
    id: "one-of-two-survives",
    find: "total += value;",
    replace: "total += value === 5 ? 4 : value;",
    killedBy: [killer("adds up [5] to 5"), killer("adds what it is given (1 + 2)")],
  },
  { ...killed, id: "text-is-gone", find: "let amount = 0;" },
  { ...killed, id: "text-is-there-twice", find: "total" },
  { ...killed, id: "file-is-gone", file: "gone.ts" },
  { ...killed, id: "test-is-gone", killedBy: [killer("adds everything")] },
  { ...killed, id: "test-is-broken", killedBy: [killer("fails with the defect and without")] },
  { ...killed, id: "throws", replace: 'throw new Error("not an expectation");' },
  { ...killed, id: "does-not-parse", replace: "let total = ;" },
  {
    ...killed,
    id: "nobody-loads-it",
    file: "other.ts",
    find: "loadedByNobody = true",
    replace: "loadedByNobody = false",
  },
  { ...killed, id: "no-test-named", killedBy: [] },
  { ...killed, id: "same-id" },
  { ...killed, id: "same-id" },
];

describe("the mutant runner", () => {
  let results: readonly MutantResult[] = [];
  const sourceBefore = readFileSync(`${root}/sum.ts`, "utf8");

  beforeAll(async () => {
    results = await runMutants(mutants, { root, parallel: 2, timeoutMs: 60_000 });
  }, 120_000);

  test.each([
    ["starts-at-one", "killed"],
    ["one-row-of-a-table", "killed"],
    ["suite-and-title", "killed"],
    ["equivalent", "survived"],
    ["one-of-two-survives", "survived"],
    ["text-is-gone", "stale"],
    ["text-is-there-twice", "stale"],
    ["file-is-gone", "stale"],
    ["test-is-gone", "unknown-test"],
    ["test-is-broken", "broken-test"],
    ["throws", "crashed"],
    ["does-not-parse", "crashed"],
    ["nobody-loads-it", "not-loaded"],
    ["no-test-named", "invalid"],
    ["same-id", "invalid"],
  ])("calls the mutant %s %s", (id, kind) => {
    const found = results.filter((result) => result.mutant.id === id);
    expect(found).not.toHaveLength(0);
    expect(new Set(found.map((result) => result.verdict.kind))).toEqual(new Set([kind]));
  });

  test("says why, whenever a mutant is not killed", () => {
    const silent = results.filter(
      ({ verdict }) => verdict.kind !== "killed" && !verdict.detail?.trim(),
    );
    expect(silent).toEqual([]);
  });

  test("leaves the source as it was", () => {
    expect(readFileSync(`${root}/sum.ts`, "utf8")).toBe(sourceBefore);
  });

  test("prints one line for each mutant, with its row, its invariant and its verdict", () => {
    const [, first = "", ...rest] = resultTable(results).split("\n");
    expect(first).toMatch(
      /^starts-at-one +1 +A sum starts at zero\. +fixture: adds what .+ +killed$/,
    );
    expect(rest).toHaveLength(mutants.length - 1);
  });
});

describe("a mutation", () => {
  test("is put in literally, without the meaning of a replacement pattern", () => {
    expect(applyMutation("a + b", { find: "+", replace: "$& $1 $`" })).toBe("a $& $1 $` b");
  });

  test.each(["missing", "o"])("is refused unless its text occurs once (%s)", (find) => {
    expect(() => applyMutation("foo", { find, replace: "x" })).toThrow(/once/);
  });
});

describe("the mutants of this repository", async () => {
  const all = await findMutants(repository);

  test.each(INVARIANTS)("guard invariant $row: $rule", (invariant) => {
    expect(all.filter((mutant) => cites(mutant, invariant))).not.toEqual([]);
  });

  test("cite no number that the list of invariants does not explain", () => {
    const cited = all.filter(({ row }) => /^\d/.test(String(row ?? "")));
    expect(cited.filter((mutant) => !INVARIANTS.some((one) => cites(mutant, one)))).toEqual([]);
  });

  test("have unique ids and change a file of the package's sources", () => {
    expect(new Set(all.map((mutant) => mutant.id)).size).toBe(all.length);
    expect(all.filter((mutant) => !/^(packages|examples)\/.+\/src\//.test(mutant.file))).toEqual(
      [],
    );
  });

  // `pnpm test:mutants` says so too, a quarter of an hour later.
  test("find the place that they change", () => {
    const lost = all.filter(
      ({ file, find }) => occurrences(readFileSync(`${repository}${file}`, "utf8"), find) !== 1,
    );
    expect(lost.map(({ id }) => id)).toEqual([]);
  });

  test("name tests of files that are there", () => {
    const files = all.flatMap(({ killedBy }) => killedBy.map(({ file }) => file));
    expect(files.filter((file) => !existsSync(`${repository}${file}`))).toEqual([]);
  });
});
