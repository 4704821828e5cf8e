import { textOf, type Answer, type Call } from "../http/api.ts";
import type { WorldTenant } from "../world/types.ts";
import type { ClerkContext } from "./context.ts";
import { json, notFound, unprocessable } from "./errors.ts";
import { listAnswer, wanted } from "./lists.ts";
import {
  deletedObject,
  domainObject,
  invitationObject,
  isActive,
  membershipObject,
  organizationObject,
  roleObject,
} from "./objects.ts";
import { newId } from "./stamps.ts";
import type { IssuedInvitation } from "./state.ts";

/** `GET /organizations`. */
export function listOrganizations(context: ClerkContext, call: Call): Answer {
  const ids = wanted(call, "organization_id");
  const rows = context.world.tenants.list().filter(({ id }) => ids?.includes(id) ?? true);
  return listAnswer(
    call,
    rows.map((row) => organizationObject(context, row)),
  );
}

/** `POST /organizations`. */
export function createOrganization(context: ClerkContext, { body }: Call): Answer {
  const { world } = context;
  const name = textOf(body, "name");
  if (name === undefined) return unprocessable("name");
  const slug = textOf(body, "slug") ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  if (world.tenantBySlugOrId(slug) !== undefined) return unprocessable("slug");
  const creator = textOf(body, "created_by");
  if (creator !== undefined && world.users.get(creator) === undefined) return notFound();
  const tenant = world.tenants.add({ id: newId("org"), slug, name, domains: [] });
  if (creator !== undefined) {
    world.memberships.add({
      userId: creator,
      tenantId: tenant.id,
      roles: ["admin"],
      status: "active",
    });
  }
  return json(organizationObject(context, tenant));
}

/** `GET`, `PATCH` and `DELETE /organizations/:id`, where the id may be a slug for `GET`. */
export function serveOrganization(
  context: ClerkContext,
  call: Call,
  action: "get" | "update" | "delete",
): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  if (action === "delete") {
    context.world.tenants.remove(tenant.id);
    return json(deletedObject("organization", tenant.id));
  }
  const name = textOf(call.body, "name");
  if (action === "update" && name !== undefined) {
    return json(organizationObject(context, context.world.tenants.update(tenant.id, { name })));
  }
  return json(organizationObject(context, tenant));
}

/** `GET /organization_memberships`: the whole instance's. */
export function listAllMemberships(context: ClerkContext, call: Call): Answer {
  const rows = context.world.memberships.list().filter(isActive);
  return listAnswer(
    call,
    rows.map((row) => membershipObject(context, row)),
  );
}

/** `GET /organizations/:id/memberships`, and with `user_id` of some people only. */
export function listMemberships(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  const users = wanted(call, "user_id");
  const rows = context.world.memberships
    .inTenant(tenant.id)
    .filter((row) => isActive(row) && (users?.includes(row.userId) ?? true));
  return listAnswer(
    call,
    rows.map((row) => membershipObject(context, row)),
  );
}

/** `POST /organizations/:id/memberships`. */
export function createMembership(context: ClerkContext, call: Call): Answer {
  const { world } = context;
  const tenant = tenantOf(context, call);
  const user = world.users.get(textOf(call.body, "user_id") ?? "");
  if (tenant === undefined || user === undefined) return notFound();
  const role = roleOf(context, textOf(call.body, "role"));
  if (role === undefined) return unprocessable("role");
  const row = { userId: user.id, tenantId: tenant.id, roles: [role], status: "active" as const };
  const known = world.memberships.get(user.id, tenant.id);
  if (known !== undefined && isActive(known)) return unprocessable("user_id");
  const made =
    known === undefined
      ? world.memberships.add(row)
      : world.memberships.update(user.id, tenant.id, row);
  return json(membershipObject(context, made));
}

/** `PATCH` and `DELETE /organizations/:id/memberships/:user`. */
export function serveMembership(
  context: ClerkContext,
  call: Call,
  action: "update" | "delete",
): Answer {
  const { world } = context;
  const tenant = tenantOf(context, call);
  const row = world.memberships.get(textOf(call.params, "user") ?? "", tenant?.id ?? "");
  if (row === undefined || !isActive(row)) return notFound();
  if (action === "delete") {
    const gone = membershipObject(context, row);
    world.memberships.remove(row.userId, row.tenantId);
    return json(gone);
  }
  const role = roleOf(context, textOf(call.body, "role"));
  if (role === undefined) return unprocessable("role");
  const updated = world.memberships.update(row.userId, row.tenantId, { roles: [role] });
  return json(membershipObject(context, updated));
}

/** `GET /organizations/:id/invitations`. */
export function listInvitations(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  const statuses = wanted(call, "status");
  const own = [...context.state.invitations.values()].filter(
    (one) => one.organizationId === tenant.id && (statuses?.includes(one.status) ?? true),
  );
  return listAnswer(call, own.map(invitationObject));
}

/** `POST /organizations/:id/invitations`. */
export function createInvitation(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  const email = textOf(call.body, "email_address");
  const role = roleOf(context, textOf(call.body, "role"));
  if (email === undefined || !email.includes("@")) return unprocessable("email_address");
  if (role === undefined) return unprocessable("role");
  const invitation: IssuedInvitation = {
    id: newId("orginv"),
    email,
    organizationId: tenant.id,
    role: `org:${role}`,
    createdAtMs: context.stamps.tick(),
    status: "pending",
  };
  context.state.invitations.set(invitation.id, invitation);
  context.emit("organizationInvitation.created", invitationObject(invitation));
  return json(invitationObject(invitation));
}

/** `POST /organizations/:id/invitations/:invitation/revoke`. */
export function revokeInvitation(context: ClerkContext, call: Call): Answer {
  const invitation = context.state.invitations.get(textOf(call.params, "invitation") ?? "");
  if (invitation === undefined || invitation.organizationId !== tenantOf(context, call)?.id) {
    return notFound();
  }
  invitation.status = "revoked";
  context.emit("organizationInvitation.revoked", invitationObject(invitation));
  return json(invitationObject(invitation));
}

/** `GET /organizations/:id/domains`. */
export function listDomains(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  return listAnswer(
    call,
    tenant.domains.map(({ domain }) => domainObject(context, tenant, domain)),
  );
}

/** `POST /organizations/:id/domains`. Whoever does not say otherwise gets a verified one, as at the vendor. */
export function createDomain(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  if (tenant === undefined) return notFound();
  const { tenants } = context.world;
  const domain = textOf(call.body, "name")?.toLowerCase();
  const isTaken = tenants
    .list()
    .some(({ domains }) => domains.some((one) => one.domain === domain));
  if (domain?.includes(".") !== true || isTaken) return unprocessable("name");
  if (textOf(call.body, "enrollment_mode") === undefined) return unprocessable("enrollment_mode");
  const verified = call.body["verified"] !== false;
  const domains = [...tenant.domains, { domain, verified }];
  const made = domainObject(context, tenants.update(tenant.id, { domains }), domain);
  context.emit("organizationDomain.created", made);
  return json(made);
}

/** `DELETE /organizations/:id/domains/:domain`. */
export function deleteDomain(context: ClerkContext, call: Call): Answer {
  const tenant = tenantOf(context, call);
  const id = textOf(call.params, "domain") ?? "";
  const gone = tenant?.domains.find(
    ({ domain }) => domainObject(context, tenant, domain)["id"] === id,
  );
  if (tenant === undefined || gone === undefined) return notFound();
  const domains = tenant.domains.filter((one) => one !== gone);
  context.world.tenants.update(tenant.id, { domains });
  const deleted = deletedObject("organization_domain", id);
  context.emit("organizationDomain.deleted", deleted);
  return json(deleted);
}

/** `GET /organization_roles`. */
export function listRoles(context: ClerkContext, call: Call): Answer {
  return listAnswer(
    call,
    context.world.roles.list().map((role) => roleObject(context, role)),
  );
}

function tenantOf({ world }: ClerkContext, { params }: Call): WorldTenant | undefined {
  return world.tenantBySlugOrId(textOf(params, "id") ?? "");
}

/** The world's role of a key such as `org:admin`. */
function roleOf({ world }: ClerkContext, key: string | undefined): string | undefined {
  const slug = key?.startsWith("org:") === true ? key.slice(4) : undefined;
  return slug === undefined ? undefined : world.roles.get(slug)?.slug;
}
