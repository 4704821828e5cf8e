import { describe, expect, test } from "vitest";
import { CHECKS } from "../src/checks.ts";
import { GROUPS, REQUIREMENTS } from "../src/index.ts";
import { ADAPTER_MUTANTS } from "../src/mutants.ts";

const ids = REQUIREMENTS.map(({ id }) => id);

describe("requirements", () => {
  test("have ids of their own, each in its group", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, group } of REQUIREMENTS) expect(id.startsWith(`${group}.`)).toBe(true);
    expect(new Set(REQUIREMENTS.map(({ group }) => group))).toEqual(new Set(GROUPS));
  });

  test("are sentences with a source", () => {
    for (const { sentence, source } of REQUIREMENTS) {
      expect(sentence).toMatch(/^[A-Z].*\.$/s);
      expect(source).toMatch(/^(https:\/\/[\w.-]+\/?|docs\/\w+\.md)/);
    }
  });

  test("name published vulnerabilities by id, issue or commit", () => {
    const names = REQUIREMENTS.flatMap(({ advisories }) => advisories);
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) {
      expect(name).toMatch(
        /^(CVE-\d{4}-\d+|GHSA(-\w{4}){3}|[\w-]+\/[\w-]+(#\d+|@[0-9a-f]{8,40}))$/,
      );
    }
  });
});

describe("checks", () => {
  test("cite known requirements only", () => {
    const unknown = CHECKS.map(({ cites }) => cites).filter((id) => !ids.includes(id));
    expect(unknown).toEqual([]);
  });

  test("leave no requirement uncited", () => {
    const cited = new Set(CHECKS.map(({ cites }) => cites));
    expect(ids.filter((id) => !cited.has(id))).toEqual([]);
  });
});

describe("broken adapters", () => {
  test("have ids of their own and name known requirements", () => {
    const names = ADAPTER_MUTANTS.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    const cited = ADAPTER_MUTANTS.flatMap(({ fails, mayFail = [] }) => [...fails, ...mayFail]);
    expect(cited.filter((id) => !ids.includes(id))).toEqual([]);
    for (const { fails } of ADAPTER_MUTANTS) expect(fails.length).toBeGreaterThan(0);
  });

  test("show for every requirement that guards isolation or verification that it notices", () => {
    const guarded = REQUIREMENTS.filter(({ guards }) => guards !== null).map(({ id }) => id);
    const broken = new Set(ADAPTER_MUTANTS.flatMap(({ fails }) => fails));
    expect(guarded.filter((id) => !broken.has(id))).toEqual([]);
  });
});
