import {
  reject,
  type AttestedMembership,
  type Claims,
  type Identity,
  type Rejection,
} from "@tenantry/core/provider";
import { claimAt, isObject, isRejection, isText, organizationAt, textsAt } from "./claims.ts";
import { placeOf } from "./identity.ts";
import type { Registration } from "./registration.ts";
import { rolesIn } from "./roles.ts";

/** All memberships that an ID token attests; null if the registration does not read them. */
export function readMemberships(
  claims: Claims,
  registration: Registration,
): readonly AttestedMembership[] | null | Rejection {
  const { tenant: rule } = registration;
  if (rule.kind !== "claim" || rule.all === undefined) return null;
  const list = claimAt(claims, rule.all);
  if (list === undefined) return [];
  if (!Array.isArray(list)) return reject("claim_invalid");
  const memberships: AttestedMembership[] = [];
  for (const item of list as readonly unknown[]) {
    const read = readItem(item, claims, registration);
    if (isRejection(read)) return read;
    const tenant = placeOf(read.id, rule, read);
    const { roles } = read;
    if (tenant !== null) memberships.push(roles === undefined ? { tenant } : { tenant, roles });
  }
  return memberships;
}

/**
 * The person in one of the organizations that their ID token lists, if it names no other: in the one
 * that was asked for, or in the only one.
 */
export function inOrganization(
  identity: Identity,
  claims: Claims,
  from: {
    readonly registration: Registration;
    readonly memberships: readonly AttestedMembership[] | null;
    readonly wanted: string | undefined;
  },
): Identity {
  const { memberships, wanted } = from;
  const { tenant: rule } = from.registration;
  if (memberships === null || rule.kind !== "claim") return identity;
  // SECURITY: a token that names an organization stands for that one, even if it is nobody's here.
  if (organizationAt(claims, rule.id) !== undefined) return identity;
  const [only, second] = memberships;
  const chosen =
    wanted === undefined
      ? second === undefined
        ? only
        : undefined
      : memberships.find(({ tenant }) => tenant.external === wanted);
  if (chosen === undefined) return identity;
  const { tenant, roles } = chosen;
  return { ...identity, tenant, ...(roles === undefined ? {} : { roles }) };
}

interface Item {
  readonly id: string;
  readonly slug: string | undefined;
  readonly name: string | undefined;
  readonly roles: readonly string[] | undefined;
}

/** An object, or only the id; its roles are then those of the roles claim. */
function readItem(item: unknown, claims: Claims, { rules }: Registration): Item | Rejection {
  if (isText(item) && rules.rolesFormat !== "list") {
    const roles = rolesIn(item, claims, rules);
    return isRejection(roles)
      ? roles
      : { id: item, slug: undefined, name: undefined, roles: roles ?? [] };
  }
  if (!isObject(item)) return reject("claim_invalid");
  const { id, slug, name } = item;
  const roles = textsAt(item, ["roles"]);
  if (!isText(id) || isRejection(roles)) return reject("claim_invalid");
  return {
    id,
    slug: isText(slug) ? slug : undefined,
    name: isText(name) ? name : undefined,
    roles,
  };
}
