import { authRouteRows, parsedRows } from "./rows/auth-routes.ts";
import { cookieRows } from "./rows/cookies.ts";
import { credentialRows } from "./rows/credentials.ts";
import {
  foreignRows,
  forgedRows,
  forgottenRows,
  lostParameterRows,
  tenantContextRows,
} from "./rows/guards.ts";
import { claimRows, hostRows, proxyRows } from "./rows/hosts.ts";
import { malformedRows } from "./rows/malformed.ts";
import { corsRows, methodRows } from "./rows/methods.ts";
import { pathGroups } from "./rows/paths.ts";
import { responseRows } from "./rows/responses.ts";
import { tenantRows } from "./rows/tenants.ts";
import { anyHeader } from "./scenarios/any-header.ts";
import { brokenOff } from "./scenarios/broken-off.ts";
import { interleaved } from "./scenarios/interleaved.ts";
import { signIn } from "./scenarios/sign-in.ts";
import type { RowGroup } from "./rows/row.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** All rows, by the app that they are sent to. */
export const GROUPS: readonly RowGroup[] = [
  credentialRows,
  malformedRows,
  cookieRows,
  tenantRows,
  ...pathGroups,
  hostRows,
  proxyRows,
  claimRows,
  methodRows,
  corsRows,
  responseRows,
  forgottenRows,
  lostParameterRows,
  tenantContextRows,
  forgedRows,
  foreignRows,
  authRouteRows,
  parsedRows,
];

/** What takes more than one request. */
export const SCENARIOS: readonly Scenario[] = [signIn, anyHeader, ...brokenOff, interleaved];

/** What the suite asks on account of these advisories: ids of rows, `path.*` for all of a kind. */
export function askedFor(advisories: readonly string[]): string[] {
  const isNamed = (title: string) => advisories.some((name) => title.includes(name));
  const rows = GROUPS.flatMap((group) =>
    isNamed(group.title)
      ? group.rows.map(({ id }) => `${id.split(".")[0] ?? id}.*`)
      : group.rows.filter(({ title }) => isNamed(title)).map(({ id }) => id),
  );
  const scenarios = SCENARIOS.filter(({ title }) => isNamed(title)).map(({ title }) => title);
  return [...new Set([...rows, ...scenarios])];
}
