import type { Capabilities } from "@tenantry/core/provider";

/** The parts of the suite, as `--only` takes them. */
export const GROUPS = [
  "manifest",
  "tokens",
  "sessions",
  "login",
  "tenancy",
  "permissions",
  "machine",
  "webhooks",
  "directory",
  "admin",
  "outage",
  "attacks",
] as const;

/** See {@link GROUPS}. */
export type Group = (typeof GROUPS)[number];

/** One behaviour that every adapter shows, as data. Checks cite it by its id. */
export interface Requirement {
  /** `tokens.audience.other`: the group first. Ids are never reused. */
  readonly id: string;
  readonly group: Group;
  /** What holds, in one sentence. */
  readonly sentence: string;
  /** A public page that asks for it. */
  readonly source: string;
  /** Capabilities without which it cannot be asked. One that is `no` makes the requirement a skip. */
  readonly needs: readonly (keyof Capabilities)[];
  /** What breaks if it does not hold. For these there are adapters that are broken on purpose. */
  readonly guards: "isolation" | "verification" | null;
  /** Published vulnerabilities that were this defect elsewhere. */
  readonly advisories: readonly string[];
}

/** What a requirement is made from. */
export interface RequirementText {
  readonly sentence: string;
  readonly source: string;
  readonly needs?: readonly (keyof Capabilities)[];
  readonly guards?: "isolation" | "verification";
  readonly advisories?: string;
}

/** Makes the requirements of one group from a table by id, without the group's name. */
export function requirementsOf(
  group: Group,
  table: Readonly<Record<string, RequirementText>>,
): readonly Requirement[] {
  return Object.entries(table).map(([name, text]) => ({
    id: `${group}.${name}`,
    group,
    sentence: text.sentence,
    source: text.source,
    needs: text.needs ?? [],
    guards: text.guards ?? null,
    advisories: text.advisories?.split(", ") ?? [],
  }));
}
