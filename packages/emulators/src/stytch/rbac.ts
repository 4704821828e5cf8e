import { isFields, textOf, textsOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, organizationNotFound } from "./errors.ts";
import type { Place } from "./ids.ts";
import { findTenant, sessionRoles } from "./objects.ts";
import type { Factor, OrganizationRole } from "./state.ts";

interface Permission {
  readonly resource_id: string;
  readonly actions: readonly string[];
}

/** What the vendor has in every project. */
const OWN_RESOURCES = [
  { resource_id: "stytch.organization", description: "", actions: ["update.info.name", "delete"] },
  { resource_id: "stytch.member", description: "", actions: ["create", "search", "delete"] },
];
const OWN_ROLES = [
  { role_id: "stytch_member", description: "", permissions: [] },
  {
    role_id: "stytch_admin",
    description: "",
    permissions: OWN_RESOURCES.map(({ resource_id }) => ({ resource_id, actions: ["*"] })),
  },
];

/** `GET /v1/b2b/rbac/policy`: the world's roles, `notes:read` as action `read` of resource `notes`. */
export function getPolicy({ world }: StytchContext): Answer {
  const roles = world.roles.list();
  const named = roles.flatMap(({ permissions }) => permissions);
  const resources = byResource(named.filter((name) => !name.endsWith(":*")));
  const permissions = resources.map(({ resource_id, actions }) => ({ resource_id, actions }));
  return good({
    policy: {
      roles: [
        ...OWN_ROLES,
        ...roles.map((role) => ({
          role_id: role.slug,
          description: role.name,
          permissions: byResource(role.permissions),
        })),
      ],
      resources: [...OWN_RESOURCES, ...resources.map((one) => ({ ...one, description: "" }))],
      scopes: [
        { scope: "openid", description: "", permissions },
        ...permissionScopes({ world }).map((scope) => ({
          scope,
          description: "",
          permissions: byResource([scope]),
        })),
      ],
    },
  });
}

/** The custom scopes of the project: one for each permission, of the same name. */
export function permissionScopes({ world }: Pick<StytchContext, "world">): readonly string[] {
  const named = world.roles.list().flatMap(({ permissions }) => permissions);
  return [...new Set(named.filter((name) => !name.endsWith(":*")))];
}

/** Whether a member may do what a custom scope stands for, and so may let somebody else. */
export function isGrantable(context: StytchContext, place: Place, scope: string): boolean {
  if (!permissionScopes(context).includes(scope)) return false;
  const { roles = [] } = context.world.memberships.get(place.userId, place.tenantId) ?? {};
  const held = roles.flatMap((slug) => context.world.roles.get(slug)?.permissions ?? []);
  return held.includes(scope) || held.includes(`${scope.split(":")[0]}:*`);
}

/** `GET` and `PUT /v1/b2b/rbac/organizations/:id`: the roles that only this organization has. */
export function serveOrganizationPolicy(context: StytchContext, call: Call): Answer {
  const { organizationRoles } = context.state;
  const tenant = findTenant(context, textOf(call.params, "id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  if (call.method === "PUT") {
    const roles = readRoles(call.body["org_policy"]);
    // A role that the project has already: what the vendor answers is not documented, and this is
    // the stricter reading, as is the one below for a shape that it does not know.
    const isTaken = roles?.some(({ role_id: id }) => isProjectRole(context, id)) ?? true;
    if (roles === null || isTaken) return invalid("org_policy");
    organizationRoles.set(tenant.id, roles);
  }
  return good({ org_policy: { roles: organizationRoles.get(tenant.id) ?? [] } });
}

/** Whether a member of an organization can be given a role, and whether it is the organization's own. */
export function roleKind(
  context: StytchContext,
  role: string,
  tenantId: string,
): "project" | "organization" | null {
  if (isProjectRole(context, role)) return "project";
  const own = context.state.organizationRoles.get(tenantId) ?? [];
  return own.some(({ role_id: id }) => id === role) ? "organization" : null;
}

function isProjectRole({ world }: StytchContext, role: string): boolean {
  return world.roles.get(role) !== undefined || OWN_ROLES.some(({ role_id: id }) => id === role);
}

function readRoles(value: unknown): readonly OrganizationRole[] | null {
  const { roles } = isFields(value) ? value : {};
  if (!Array.isArray(roles)) return null;
  const read = roles.map((role: unknown): OrganizationRole | null => {
    if (!isFields(role)) return null;
    const { role_id: id, description = "", permissions } = role;
    const isRole = typeof id === "string" && typeof description === "string";
    if (!isRole || !Array.isArray(permissions)) return null;
    const grants = permissions.map((one: unknown): Permission | null => {
      const resource_id = isFields(one) ? textOf(one, "resource_id") : undefined;
      const actions = isFields(one) ? textsOf(one, "actions") : undefined;
      return resource_id === undefined || actions === undefined ? null : { resource_id, actions };
    });
    const known = grants.filter((one) => one !== null);
    return known.length === grants.length ? { role_id: id, description, permissions: known } : null;
  });
  const known = read.filter((one) => one !== null);
  return known.length === read.length ? known : null;
}

/** The vendor's own check of one action. */
export function isAllowed(
  context: StytchContext,
  place: Place & { readonly factors: readonly Factor[] },
  check: unknown,
) {
  const fields = isFields(check) ? check : {};
  const own = context.state.organizationRoles.get(place.tenantId) ?? [];
  const grantsOf = (slug: string): readonly Permission[] => [
    ...byResource(context.world.roles.get(slug)?.permissions ?? []),
    ...own.filter(({ role_id: id }) => id === slug).flatMap(({ permissions }) => permissions),
  ];
  const granting = sessionRoles(context, place).filter((slug) =>
    grantsOf(slug).some(
      ({ resource_id, actions }) =>
        resource_id === textOf(fields, "resource_id") &&
        (actions.includes("*") || actions.includes(textOf(fields, "action") ?? "")),
    ),
  );
  const isHere = textOf(fields, "organization_id") === place.tenantId;
  return { authorized: isHere && granting.length > 0, granting_roles: granting };
}

function byResource(names: readonly string[]): readonly Permission[] {
  const actions = new Map<string, string[]>();
  for (const name of names) {
    const at = name.lastIndexOf(":");
    const list = actions.get(name.slice(0, at)) ?? [];
    if (!list.includes(name.slice(at + 1))) list.push(name.slice(at + 1));
    actions.set(name.slice(0, at), list);
  }
  return [...actions].map(([resource_id, list]) => ({ resource_id, actions: list }));
}
