import { defineProject } from "vitest/config";

const conditions = ["@tenantry/source", "node", "import", "default"];

/** The settings every package's tests share: TypeScript sources of the workspace, type tests on. */
export function project(name: string) {
  return defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: ["test/**/*.test.ts"],
      typecheck: { enabled: true, include: ["test/**/*.test-d.ts"] },
    },
  });
}
