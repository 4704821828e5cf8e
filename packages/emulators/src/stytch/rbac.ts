import { isFields, textOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, organizationNotFound } from "./errors.ts";
import type { Place } from "./ids.ts";
import { findTenant, sessionRoles } from "./objects.ts";

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
      scopes: [{ scope: "openid", description: "", permissions }],
    },
  });
}

/** `GET /v1/b2b/rbac/organizations/:id`. Organizations have no roles of their own here. */
export function getOrganizationPolicy(context: StytchContext, { params }: Call): Answer {
  const tenant = findTenant(context, textOf(params, "id") ?? "");
  return tenant === undefined ? organizationNotFound() : good({ org_policy: { roles: [] } });
}

/** The vendor's own check of one action. */
export function isAllowed(context: StytchContext, place: Place, check: unknown) {
  const fields = isFields(check) ? check : {};
  const granting = sessionRoles(context, place).filter((slug) =>
    byResource(context.world.roles.get(slug)?.permissions ?? []).some(
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
