import { writeFileSync } from "node:fs";
import type { Plugin } from "vitest/config";
import { applyMutation, type Mutation } from "./apply.ts";

/** The variable that carries a JSON {@link Mutation} into a vitest process. */
export const MUTANT_VARIABLE = "TENANTRY_MUTANT";

/**
 * Changes one source file while vitest loads it, so that a defect exists for one process only and
 * a crash can leave nothing behind. Without the variable there is no plugin.
 */
export function mutantPlugins(env: Readonly<Record<string, string | undefined>>): Plugin[] {
  const json = env[MUTANT_VARIABLE];
  if (json === undefined || json === "") return [];
  const mutation: Mutation = JSON.parse(json);
  return [
    {
      name: "tenantry-mutant",
      enforce: "pre", // the mutation is written against the source, before types are stripped
      transform(code, id) {
        if (id.split("?", 1)[0] !== mutation.path) return null;
        const mutated = applyMutation(code, mutation);
        writeFileSync(mutation.markerPath, mutated);
        return { code: mutated, map: null };
      },
    },
  ];
}
