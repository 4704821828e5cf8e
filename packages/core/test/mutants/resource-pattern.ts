import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

/** Defects in addresses that stand for those of all tenants. */
export const mutants: readonly Mutant[] = [
  {
    id: "resource-pattern-reaches-further",
    row: 6,
    guards: "The place of the tenant in a resource is one segment of the path.",
    file: "packages/core/src/provider/resource-pattern.ts",
    find: "if (/^[\\w.~-]+$/.test(segment)) return segment;",
    replace: 'if (segment !== "") return segment;',
    killedBy: [
      {
        project: "core",
        file: "packages/core/test/provider/resource-pattern.test.ts",
        test: "t/acme/x/mcp",
      },
    ],
  },
  {
    id: "resource-pattern-in-the-host",
    row: 6,
    guards: "The place of the tenant in a resource is never the host.",
    file: "packages/core/src/config/values.ts",
    find: '    isBareUrl(before) &&\n    before.endsWith("/") &&',
    replace: '    before.endsWith("/") &&',
    killedBy: [
      {
        project: "core",
        file: "packages/core/test/provider/resource-pattern.test.ts",
        test: "takes https://{tenant}/mcp",
      },
    ],
  },
];
