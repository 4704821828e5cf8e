import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startReferee } from "./referee.ts";
import { LEFT_OUT, REVISIONS, SCENARIOS, type Revision } from "./scenarios.ts";

const SUITE = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/conformance/package.json",
);

/** The suite's own list of what a server has to pass, frozen with each revision. */
function required(revision: Revision): string[] {
  const yaml = readFileSync(join(SUITE, `../requirements/${revision}.yaml`), "utf8");
  const list = /^server:\n((?: {2}- .+\n)+)/m.exec(yaml)?.[1] ?? "";
  return [...list.matchAll(/- (\S+)/g)].map(([, name = ""]) => name);
}

// `pnpm conformance:mcp` runs all scenarios; here, that its list is whole and its verdicts are real.
describe("the official conformance suite", () => {
  it.each(REVISIONS)("is asked everything that %s requires, or it is said why not", (revision) => {
    const leftOut = revision === "2025-11-25" ? Object.keys(LEFT_OUT) : [];
    expect(required(revision).length).toBeGreaterThan(25);
    expect([...SCENARIOS[revision], ...leftOut]).toEqual(
      expect.arrayContaining(required(revision)),
    );
  });

  it("passes a server made with the binding, and fails one for what it does not have", async () => {
    const referee = await startReferee();
    try {
      expect(await referee.ask("tools-list", "2026-07-28")).toMatchObject({ passed: true });
      const { passed, output } = await referee.ask("logging-set-level", "2025-11-25");
      expect(output).toContain("logging-set-level");
      expect(passed).toBe(false);
    } finally {
      await referee.close();
    }
  }, 60_000);
});
