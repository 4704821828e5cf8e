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
      reporter: ["text", "json-summary"],
      // Core is what every request passes: its own tests have to reach it. With `--project core` this
      // pattern would be read from that project's folder and match nothing; so name the path instead.
      include: ["packages/core/src/**"],
      thresholds: { lines: 95, branches: 90 },
    },
  },
});
