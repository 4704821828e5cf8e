import { auditMcpServer, renderReport } from "@tenantry/mcp/testkit";
import { expect, test } from "vitest";
import { startTarget } from "../audit/target.ts";

/** What there is none of at each vendor. Everything else is tried. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  oidc: ["apiKeyA", "apiKeyB"],
  workos: ["apiKeyA", "apiKeyB"],
  clerk: ["wrongAudience", "apiKeyA", "apiKeyB"],
  stytch: ["noTenant", "wrongAudience", "apiKeyA", "apiKeyB"],
};

test.each(Object.entries(WITHOUT))(
  "the isolation kit finds no leak with %s",
  async (provider, without) => {
    const target = await startTarget(provider);
    try {
      const report = await auditMcpServer(target);
      expect(report.failed === 0 ? [] : renderReport(report)).toEqual([]);
      expect(report.passed).toBeGreaterThan(250);
      const skipped = report.findings.filter(({ verdict }) => verdict === "skip");
      expect(skipped.flatMap(({ credential }) => credential ?? [])).toEqual(without);
      expect(report.weaker.length > 0).toBe(without.includes("wrongAudience"));
    } finally {
      await target.close?.();
    }
  },
  120_000,
);
