import { reject, type Claims, type Rejection } from "@tenantry/core/provider";
import { claimAt, isLeftOut, isObject, isRejection, organizationAt, textsAt } from "./claims.ts";
import type { ReadAs, Registration } from "./registration.ts";

type Rules = Registration["rules"];
type Texts = readonly string[] | undefined | Rejection;

/** A token's roles and groups. Undefined: unknown. Empty: none. */
export function readRoles(claims: Claims, { rules }: Registration, as: ReadAs): Texts {
  const { rolesClaim, groupsClaim, rolesOrgClaim } = rules;
  if (rolesClaim === undefined && groupsClaim === undefined) return undefined;
  if (as === "access" && rules.accessTokenRoles === "directory") return undefined;
  const organization = rolesOrgClaim && organizationAt(claims, rolesOrgClaim);
  if (isRejection(organization)) return organization;
  const roles = rolesIn(organization, claims, rules);
  const groups = groupsClaim === undefined ? [] : textsAt(claims, groupsClaim);
  if (isRejection(roles)) return roles;
  if (isRejection(groups)) return groups;
  // A list that was too long for the token is unknown, and an unknown one must not read as empty.
  if (areGroupsLeftOut(claims, rules)) return undefined;
  return [...new Set([...(roles ?? []), ...(groups ?? [])])];
}

/** Whether groups are wanted and were too many for the token. */
export function areGroupsLeftOut(claims: Claims, { groupsClaim }: Rules): boolean {
  if (groupsClaim === undefined || claimAt(claims, groupsClaim) !== undefined) return false;
  return isLeftOut(claims, groupsClaim);
}

/** What the roles claim says about one organization; about nobody's if there is none. */
export function rolesIn(organization: string | undefined, claims: Claims, rules: Rules): Texts {
  const { rolesClaim, rolesFormat } = rules;
  if (rolesClaim === undefined) return [];
  if (rolesFormat === "list") return textsAt(claims, rolesClaim);
  if (rolesFormat === "organization:role") {
    const named = textsAt(claims, rolesClaim);
    if (named === undefined || isRejection(named)) return named;
    // SECURITY: a role in one organization is none in another.
    const prefix = `${organization ?? ""}:`;
    return named.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  }
  const byRole = claimAt(claims, rolesClaim);
  if (byRole === undefined) return undefined;
  if (!isObject(byRole)) return reject("claim_invalid");
  const roles: string[] = [];
  for (const [role, organizations] of Object.entries(byRole)) {
    if (!isObject(organizations)) return reject("claim_invalid");
    // SECURITY: as above; whose grant it is stands inside.
    if (organization !== undefined && Object.hasOwn(organizations, organization)) roles.push(role);
  }
  return roles;
}
