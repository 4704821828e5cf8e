import { auditMcpServer, renderReport } from "@tenantry/mcp/testkit";
import { expect, test } from "vitest";
import { startTarget } from "../audit/target.ts";

test.each(["oidc", "workos", "clerk", "stytch"])(
  "the isolation kit finds no leak with %s",
  async (provider) => {
    const target = await startTarget(provider);
    try {
      const report = await auditMcpServer(target);
      expect(report.failed === 0 ? [] : renderReport(report)).toEqual([]);
      expect(report.passed).toBeGreaterThan(100);
      const isBound = provider === "oidc" || provider === "workos";
      expect(report.weaker.length > 0).toBe(!isBound);
    } finally {
      await target.close?.();
    }
  },
  120_000,
);
