import type { World } from "../world/world.ts";
import type { WorldTenant } from "../world/types.ts";

/** What a grant stands for: one person in one organization (or in none) at one client. */
export interface GrantRecord {
  readonly userId: string;
  readonly tenantId: string | null;
  readonly sessionUid: string;
  /** The person asked for access that outlives the sign-in session. */
  readonly offline: boolean;
}

/**
 * The organization of each grant; tokens take theirs from here and nowhere else. A grant without a
 * record yields nothing, so deleting the record ends it.
 */
export type GrantRecords = Map<string, GrantRecord>;

/** The organization and roles a token may carry right now. */
export interface TokenPlace {
  readonly tenant: WorldTenant;
  readonly roles: readonly string[];
}

/**
 * Where a grant stands today. `gone` when the person was deleted or is no active member any more,
 * or when nothing is known of the grant: such a grant yields no token.
 */
export function placeOfGrant(
  world: World,
  records: GrantRecords,
  grantId: string | undefined,
): { readonly kind: "gone" } | { readonly kind: "here"; readonly place: TokenPlace | null } {
  const record = grantId === undefined ? undefined : records.get(grantId);
  if (record === undefined || world.users.get(record.userId) === undefined) return { kind: "gone" };
  if (record.tenantId === null) return { kind: "here", place: null };
  // SECURITY: asked on every use of the grant, so a removed member cannot refresh.
  const place = world
    .activeMembershipsOf(record.userId)
    .find((membership) => membership.tenant.id === record.tenantId);
  return place === undefined ? { kind: "gone" } : { kind: "here", place };
}

/** Which organization a sign-in is for. */
export type OrganizationChoice =
  | { readonly kind: "tenant"; readonly tenant: WorldTenant }
  | { readonly kind: "none" }
  | { readonly kind: "ask" }
  | { readonly kind: "denied" };

interface ChoiceInput {
  readonly userId: string;
  /** The `organization` parameter: a slug or a vendor id. */
  readonly named: string | undefined;
  /** What the person picked on our page. */
  readonly picked: string | undefined;
}

/** Decides the organization of a sign-in. A person who is no active member is denied, never moved. */
export function chooseOrganization(world: World, input: ChoiceInput): OrganizationChoice {
  const active = world.activeMembershipsOf(input.userId).map((membership) => membership.tenant);
  const wanted = input.named ?? input.picked;
  if (wanted !== undefined) {
    const tenant = world.tenantBySlugOrId(wanted);
    const mine = active.find((candidate) => candidate.id === tenant?.id);
    return mine === undefined ? { kind: "denied" } : { kind: "tenant", tenant: mine };
  }
  const [first, ...others] = active;
  if (first === undefined) return { kind: "none" };
  return others.length === 0 ? { kind: "tenant", tenant: first } : { kind: "ask" };
}
