import { cites, type Invariant } from "../mutants/invariants.ts";
import type { Requirement } from "../../packages/conformance/src/index.ts";
import type { Mutant } from "../mutants/mutant.ts";

/** Renders `docs/security-invariants.md`: each rule with where it was broken and what guards it. */
export function invariantsPage(
  invariants: readonly Invariant[],
  facts: {
    readonly mutants: readonly Mutant[];
    readonly requirements: readonly Requirement[];
    /** What the binding suite asks on account of these advisories. */
    readonly askedOfBindings: (advisories: readonly string[]) => readonly string[];
  },
): string {
  const { mutants, requirements, askedOfBindings } = facts;
  const sections = invariants.map((invariant) => {
    const { row, rule, cause, sources } = invariant;
    const guards = mutants.filter((mutant) => cites(mutant, invariant)).map(guardedBy);
    const text = `Broken elsewhere: ${cause} (${sources.join(", ")}).`;
    const asked = requirements
      .filter(({ advisories }) => advisories.some((name) => sources.includes(name)))
      .map(({ id }) => `\`${id}\``);
    const rows = askedOfBindings(sources).map((name) => `\`${name}\``);
    const suites = [
      askedOf("[every adapter](conformance.md)", asked),
      askedOf("[every binding](../packages/binding-suite/README.md)", rows),
    ].join("");
    return `## ${row}. ${rule}\n\n${text}\n\n${suites}${guards.join("\n")}\n`;
  });
  const others = mutants
    .filter((mutant) => !invariants.some((invariant) => cites(mutant, invariant)))
    .map(guardedBy);
  return `<!-- Generated from the lists of mutants by \`pnpm docs:generate\`. Do not edit. -->

# Security invariants

Each rule below was broken somewhere in this field. Here it has tests, and mutants that prove the
tests: \`pnpm test:mutants\` breaks the source on purpose, once for each line, and the named test has
to fail. Numbers that are missing belong to parts that do not exist yet.

${sections.join("\n")}
## Further mutants

${others.join("\n")}
`;
}

function askedOf(whom: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `Asked of ${whom}: ${names.join(", ")}.\n\n`;
}

function guardedBy({ id, guards, killedBy }: Mutant): string {
  const tests = killedBy.map(({ test, file }) => `*${test}* ([test](../${file}))`);
  return `- \`${id}\`: ${guards} ${tests.join(", ")}`;
}
