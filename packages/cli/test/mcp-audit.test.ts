import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../src/run-command.ts";

const TARGETS = new URL("../../bindings/mcp/test/testkit/", import.meta.url);
const CAREFUL = fileURLToPath(new URL("careful-target.ts", TARGETS));
const CARELESS = fileURLToPath(new URL("careless-target.ts", TARGETS));

describe("tenantry mcp audit", () => {
  let folder = "";
  const printed: string[] = [];
  const complaints: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantry-"));
    printed.length = 0;
    complaints.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    runCommand(["mcp", ...args], {
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
      folder,
    });

  test("ends with 0 at a server that keeps its tenants apart", async () => {
    expect(await run("audit", "--target", CAREFUL)).toBe(0);
    expect(printed.join("\n")).toMatch(/\d+ passed, 0 failed, 0 skipped$/);
  });

  test("ends with 1 at one that does not, names the leak and writes the report", async () => {
    expect(await run("audit", "--target", CARELESS, "--report", "out/report.json")).toBe(1);
    expect(printed.join("\n")).toContain(
      'fail: foreign.content tool notes_read as b (2026-07-28): the answer holds "canary-of-acme"',
    );
    const report: unknown = JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8"));
    expect(report).toMatchObject({ findings: expect.any(Array), failed: expect.any(Number) });
  });

  test.each([
    ["no target", ["audit"], "--target is missing"],
    ["an unknown option", ["audit", "--tenant", "acme"], "Unknown option"],
    ["an unknown command", ["leaks"], "There is no command mcp leaks"],
    ["a file that is not there", ["audit", "--target", "none.ts"], "There is no file"],
  ])("ends with 2 for %s", async (_, args, message) => {
    expect(await run(...args)).toBe(2);
    expect(complaints.join("\n")).toContain(message);
  });

  test("ends with 2 for a file without a target, and for one that does not start", async () => {
    writeFileSync(join(folder, "empty.mjs"), "export default {};");
    expect(await run("audit", "--target", "empty.mjs")).toBe(2);
    expect(complaints.join("\n")).toContain("exports no default { start }");
    const broken = 'export default { start: async () => { throw new Error("no database"); } };';
    writeFileSync(join(folder, "broken.mjs"), broken);
    expect(await run("audit", "--target", "broken.mjs")).toBe(2);
    expect(complaints.join("\n")).toContain("The target does not start: no database");
  });
});
