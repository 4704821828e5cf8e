import { defineConfig } from "vitest/config";

const resultsPath = process.env["TENANTRY_TEST_RESULTS"];

export default defineConfig({
  test: {
    projects: [
      "packages/**/vitest.config.ts",
      "examples/*/vitest.config.ts",
      "test/vitest.config.ts",
    ],
    // CI counts tests from the JSON file and people read the rest.
    reporters: resultsPath ? ["default", ["json", { outputFile: resultsPath }]] : ["default"],
    coverage: {
      provider: "v8",
      include: ["packages/core/src/**"],
      // Core is what every request passes: its own tests have to reach it.
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
