import { defineProject } from "vitest/config";
import { mutantPlugins } from "./scripts/mutants/plugin.ts";
import { REPORT_VARIABLE } from "./scripts/mutants/test-report.ts";

// Not "import": these also reach Node, where it would turn every require() into an import.
const conditions = ["@tenantry/source", "node", "default"];

/** The settings every package's tests share: TypeScript sources of the workspace, type tests on. */
export function project(name: string, folder = "test/**") {
  // Types cannot notice a defect that is put in at load time, so a mutant run skips them.
  const isMutantRun = process.env[REPORT_VARIABLE] !== undefined;
  return defineProject({
    plugins: mutantPlugins(process.env),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: [`${folder}/*.test.ts`],
      typecheck: { enabled: !isMutantRun, include: [`${folder}/*.test-d.ts`] },
      testTimeout: 20_000, // a slow machine is not a failure
      fsModuleCache: false, // a module that was changed for a mutant must not outlive its run
    },
  });
}
