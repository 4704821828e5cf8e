import { afterEach, describe, expect, test, vi } from "vitest";
import { builtin, isNode } from "../../src/internal/platform.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("which runtime this is", () => {
  test("Node, with its builtins", () => {
    expect(isNode()).toBe(true);
    expect(builtin("node:crypto")?.hash("sha256", "", "base64url")).toHaveLength(43);
  });

  test.each(["bun", "deno"])("not Node, where versions name %s", (name) => {
    vi.stubGlobal("process", {
      getBuiltinModule: process.getBuiltinModule.bind(process),
      versions: { ...process.versions, [name]: "1.0.0" },
    });
    expect(isNode()).toBe(false);
    expect(builtin("node:crypto")).toBeDefined();
  });

  test("not Node, where workerd says it is, and its copies of the builtins are not used", () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    expect(isNode()).toBe(false);
    expect(builtin("node:crypto")).toBeUndefined();
  });

  test("not Node, where there is no process", () => {
    vi.stubGlobal("process", undefined);
    expect(isNode()).toBe(false);
    expect(builtin("node:crypto")).toBeUndefined();
  });
});
