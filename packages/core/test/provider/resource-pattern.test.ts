import { describe, expect, test } from "vitest";
import { isResourcePattern } from "../../src/config.ts";
import { matchesResource, tenantOfResource } from "../../src/provider.ts";

const MCP = "https://api.example.com/mcp";
const TENANTS = "https://api.example.com/t/{tenant}/mcp";

describe("matchesResource", () => {
  test.each([
    [MCP, true],
    ["https://api.example.com/t/acme/mcp", true],
    ["https://api.example.com/t/tnt_1-2.3~4/mcp", true],
    ["https://api.example.com/mcp/", false],
    ["https://api.example.com/t//mcp", false],
    ["https://api.example.com/t/mcp", false],
    ["https://api.example.com/t/acme/x/mcp", false],
    ["https://api.example.com/t/acme%2Fx/mcp", false],
    ["https://api.example.com/t/acme/mcp?x", false],
    ["https://api.example.com.evil.example/t/acme/mcp", false],
    ["https://api.example.com/t/{tenant}/mcp", false],
    ["", false],
  ])("compares %s: %s", (resource, expected) => {
    expect(matchesResource([MCP, TENANTS], resource)).toBe(expected);
  });

  test("knows nothing when nothing is listed", () => {
    expect(matchesResource([], MCP)).toBe(false);
  });
});

describe("tenantOfResource", () => {
  test.each([
    [MCP, null],
    ["https://api.example.com/t/acme/mcp", "acme"],
    ["https://api.example.com/t/acme/x/mcp", null],
    ["https://api.example.com/t//mcp", null],
    [TENANTS, null],
  ])("reads %s: %s", (resource, expected) => {
    expect(tenantOfResource([MCP, TENANTS], resource)).toBe(expected);
  });
});

describe("isResourcePattern", () => {
  test.each([
    [MCP, true],
    [TENANTS, true],
    ["http://localhost:3000/t/{tenant}", true],
    ["http://api.example.com/mcp", false],
    ["https://{tenant}.example.com/mcp", false],
    ["https://{tenant}/mcp", false],
    ["https://api.example.com/t-{tenant}/mcp", false],
    ["https://api.example.com/t/{tenant}x/mcp", false],
    ["https://api.example.com/{tenant}/{tenant}/mcp", false],
    ["https://api.example.com/mcp?t={tenant}", false],
    ["https://api.example.com/t/{tenant}/mcp#x", false],
    ["mcp", false],
  ])("takes %s: %s", (value, expected) => {
    expect(isResourcePattern(value)).toBe(expected);
  });
});
