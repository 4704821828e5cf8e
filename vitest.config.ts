import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/**/vitest.config.ts", "examples/*/vitest.config.ts", "test/vitest.config.ts"],
    coverage: { provider: "v8", include: ["packages/**/src/**"] },
  },
});
