import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const TEST = "packages/core/test/internal/platform.test.ts";

export const mutants: readonly Mutant[] = [
  {
    id: "platform-workerd-is-node",
    guards: "What only Node enforces is not asked of a runtime that calls itself Node.",
    file: "packages/core/src/internal/platform.ts",
    find: `    !isWorkerd(runtime)`,
    replace: `    true`,
    killedBy: [
      {
        project: "core",
        file: TEST,
        test: "not Node, where workerd says it is, and its copies of the builtins are not used",
      },
    ],
  },
];
