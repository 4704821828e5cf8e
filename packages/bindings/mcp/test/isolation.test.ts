import { createMcp as createMcpV1 } from "@tenantry/mcp/v1";
import { expect, test } from "vitest";
import { auditMcpServer, renderReport } from "../src/testkit.ts";
import { isolationTarget } from "./support/isolation-target.ts";
import type { P } from "./support/world.ts";

/** The kit against a server of this package; see `mutants.ts` for the defects that it finds here. */
test("the isolation kit finds nothing, and leaves nothing out", { timeout: 60_000 }, async () => {
  const target = await isolationTarget();
  try {
    const report = await auditMcpServer(target);
    expect(report.failed === 0 ? "" : renderReport(report)).toBe("");
    expect(report.findings.filter(({ verdict }) => verdict === "skip")).toEqual([]);
    const checks = new Set(report.findings.map(({ check }) => check));
    for (const check of ["state.owner", "sessions.owner", "streams.foreign", "streams.removal"]) {
      expect(checks).toContain(check);
    }
    expect(report.passed).toBeGreaterThan(500);
  } finally {
    await target.close();
  }
});

test("it finds nothing on version 1 of the SDK", { timeout: 60_000 }, async () => {
  const target = await isolationTarget({
    create: ({ legacy: _legacy, ...options }) => createMcpV1<P>(options),
  });
  try {
    const report = await auditMcpServer({ ...target, eras: ["2025-11-25"] });
    expect(report.failed === 0 ? "" : renderReport(report)).toBe("");
    expect(report.passed).toBeGreaterThan(200);
  } finally {
    await target.close();
  }
});
