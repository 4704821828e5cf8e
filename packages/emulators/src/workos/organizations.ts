import { isFields, textOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { WorldDomain, WorldTenant } from "../world/types.ts";
import type { WorkosContext } from "./context.ts";
import { apiError, notFound, unprocessable } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import { domainObject, organizationObject } from "./objects.ts";
import { newId } from "./stamps.ts";

/** `POST /organizations`. */
export function createOrganization(context: WorkosContext, { body }: Call): Answer {
  const name = textOf(body, "name");
  if (name === undefined) return unprocessable("name");
  const extras = extrasOf(body);
  const domains = domainsOf(body) ?? [];
  if (extras.externalId !== null && findByExternalId(context, extras.externalId) !== undefined) {
    return apiError(409, "external_id_already_used", "The external ID is already in use.");
  }
  const taken = domains.find(({ domain }) => ownerOf(context, domain) !== undefined);
  if (taken !== undefined) {
    return apiError(409, "domain_already_exists", "The domain belongs to another organization.");
  }
  const id = newId("org");
  context.state.organizations.set(id, extras);
  context.stamps.touch(id);
  const tenant = context.world.tenants.add({ id, slug: slugFor(context, name, id), name, domains });
  return { status: 201, body: organizationObject(context, tenant) };
}

/** `PUT /organizations/:id`. */
export function updateOrganization(context: WorkosContext, { params, body }: Call): Answer {
  const tenant = context.world.tenants.get(textOf(params, "id") ?? "");
  if (tenant === undefined) return notFound("organization");
  const before = context.state.organizations.get(tenant.id) ?? { externalId: null, metadata: {} };
  const given = extrasOf(body);
  context.state.organizations.set(tenant.id, {
    externalId: given.externalId ?? before.externalId,
    metadata: { ...before.metadata, ...given.metadata },
  });
  const name = textOf(body, "name") ?? tenant.name;
  const domains = domainsOf(body) ?? tenant.domains;
  const after = context.world.tenants.update(tenant.id, { name, domains });
  return { status: 200, body: organizationObject(context, after) };
}

/** `GET /organizations`. */
export function listOrganizations(context: WorkosContext, { url }: Call): Answer {
  const wanted = url.searchParams.get("domains")?.split(",");
  const tenants = context.world.tenants
    .list()
    .filter(
      ({ domains }) =>
        wanted === undefined || domains.some(({ domain }) => wanted.includes(domain)),
    );
  const items = tenants.map((tenant) => organizationObject(context, tenant));
  return listAnswer(context, items, url.searchParams);
}

/** `GET /organizations/:id`. */
export function getOrganization(context: WorkosContext, { params }: Call): Answer {
  const tenant = context.world.tenants.get(textOf(params, "id") ?? "");
  return tenant === undefined
    ? notFound("organization")
    : { status: 200, body: organizationObject(context, tenant) };
}

/** `GET /organizations/external_id/:id`. */
export function getOrganizationByExternalId(context: WorkosContext, { params }: Call): Answer {
  const tenant = findByExternalId(context, textOf(params, "id") ?? "");
  return tenant === undefined
    ? notFound("organization")
    : { status: 200, body: organizationObject(context, tenant) };
}

/** `DELETE /organizations/:id`. */
export function deleteOrganization(context: WorkosContext, { params }: Call): Answer {
  const isGone = context.world.tenants.remove(textOf(params, "id") ?? "");
  return isGone ? { status: 202 } : notFound("organization");
}

/** `POST /organization_domains`. */
export function createDomain(context: WorkosContext, { body }: Call): Answer {
  const domain = textOf(body, "domain")?.toLowerCase();
  const tenant = context.world.tenants.get(textOf(body, "organization_id") ?? "");
  if (domain === undefined) return unprocessable("domain");
  if (tenant === undefined) return notFound("organization");
  if (ownerOf(context, domain) !== undefined) {
    return apiError(409, "domain_already_exists", "The domain belongs to an organization already.");
  }
  const domains = [...tenant.domains, { domain, verified: false }];
  const after = context.world.tenants.update(tenant.id, { domains });
  return { status: 201, body: domainObject(context, after, domain) };
}

/** `GET`, `DELETE /organization_domains/:id` and `POST …/verify`. */
export function serveDomain(
  context: WorkosContext,
  { params }: Call,
  what: "get" | "delete" | "verify",
): Answer {
  const id = textOf(params, "id");
  for (const tenant of context.world.tenants.list()) {
    for (const { domain } of tenant.domains) {
      if (context.stamps.domainId(tenant.id, domain) !== id) continue;
      if (what === "get") return { status: 200, body: domainObject(context, tenant, domain) };
      const others = tenant.domains.filter((each) => each.domain !== domain);
      const domains = what === "delete" ? others : [...others, { domain, verified: true }];
      const after = context.world.tenants.update(tenant.id, { domains });
      return what === "delete"
        ? { status: 204 }
        : { status: 200, body: domainObject(context, after, domain) };
    }
  }
  return notFound("organization domain");
}

const INTENTS = [
  "sso",
  "dsync",
  "audit_logs",
  "log_streams",
  "domain_verification",
  "certificate_renewal",
  "bring_your_own_key",
];

/** `POST /portal/generate_link`. */
export function generateLink(context: WorkosContext, { body }: Call): Answer {
  const tenant = context.world.tenants.get(textOf(body, "organization") ?? "");
  const intent = textOf(body, "intent") ?? "";
  if (!INTENTS.includes(intent)) return unprocessable("intent");
  if (tenant === undefined) return notFound("organization");
  const secret = newId("portal");
  return { status: 201, body: { link: `${context.apiOrigin}/portal/launch?secret=${secret}` } };
}

function extrasOf(body: Fields) {
  const { metadata } = body;
  const entries = isFields(metadata) ? Object.entries(metadata) : [];
  return {
    externalId: textOf(body, "external_id") ?? null,
    metadata: Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}

function domainsOf({ domain_data: data }: Fields): readonly WorldDomain[] | undefined {
  if (!Array.isArray(data)) return undefined;
  return (data as readonly unknown[]).filter(isFields).flatMap((row) => {
    const domain = textOf(row, "domain")?.toLowerCase();
    return domain === undefined ? [] : [{ domain, verified: textOf(row, "state") === "verified" }];
  });
}

function findByExternalId({ world, state }: WorkosContext, id: string): WorldTenant | undefined {
  return world.tenants.list().find((row) => state.organizations.get(row.id)?.externalId === id);
}

function ownerOf({ world }: WorkosContext, domain: string): WorldTenant | undefined {
  return world.tenants.list().find((row) => row.domains.some((each) => each.domain === domain));
}

/** The world wants slugs, which the vendor does not have. */
function slugFor({ world }: WorkosContext, name: string, id: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const isFree = slug !== "" && world.tenantBySlugOrId(slug) === undefined;
  return isFree ? slug : `${slug}-${id.slice(-8).toLowerCase()}`;
}
