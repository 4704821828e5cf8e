import { isFields, textOf, textsOf, type Answer, type Call, type Fields } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import { good, invalid, organizationNotFound, stytchError } from "./errors.ts";
import { newUuid } from "./ids.ts";
import { findTenant, organizationObject } from "./objects.ts";
import { rulesOf, type MfaMethod, type OrganizationRules } from "./state.ts";

const MFA_METHODS: readonly MfaMethod[] = ["totp", "sms_otp"];

/** `POST /v1/b2b/organizations`. */
export function createOrganization(context: StytchContext, { body }: Call): Answer {
  const { world, state } = context;
  const name = textOf(body, "organization_name");
  if (name === undefined) return invalid("organization_name");
  const slug =
    textOf(body, "organization_slug") ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  if (world.tenants.list().some((tenant) => tenant.slug === slug)) return slugTaken();
  const tenant = world.tenants.add({
    id: `organization-test-${newUuid()}`,
    slug,
    name,
    domains: [],
  });
  const externalId = textOf(body, "organization_external_id");
  if (externalId !== undefined) state.externalIds.set(tenant.id, externalId);
  return good({ organization: organizationObject(context, tenant) });
}

/** `GET`, `PUT` and `DELETE /v1/b2b/organizations/:id`, by id, slug or external id. */
export function serveOrganization(context: StytchContext, call: Call): Answer {
  const { world, state } = context;
  const tenant = findTenant(context, textOf(call.params, "id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  if (call.method === "DELETE") {
    world.tenants.remove(tenant.id);
    return good({ organization_id: tenant.id });
  }
  if (call.method === "GET") return good({ organization: organizationObject(context, tenant) });
  const slug = textOf(call.body, "organization_slug") ?? tenant.slug;
  if (world.tenants.list().some((one) => one.slug === slug && one.id !== tenant.id))
    return slugTaken();
  state.rules.set(tenant.id, changedRules(rulesOf(state, tenant.id), call.body));
  const name = textOf(call.body, "organization_name") ?? tenant.name;
  const changed = world.tenants.update(tenant.id, { slug, name });
  return good({ organization: organizationObject(context, changed) });
}

/** `POST /v1/b2b/organizations/search`. */
export function searchOrganizations(context: StytchContext, { body }: Call): Answer {
  const ids = filterOf(body, "organization_ids");
  const slugs = filterOf(body, "organization_slugs");
  const found = context.world.tenants
    .list()
    .filter(({ id, slug }) => (ids?.includes(id) ?? true) && (slugs?.includes(slug) ?? true));
  const page = paginate(found, body);
  if (page === null) return invalid("cursor");
  return good({
    organizations: page.items.map((tenant) => organizationObject(context, tenant)),
    results_metadata: page.metadata,
  });
}

/** What a request changes about the ways to sign in; what it does not name stays. */
function changedRules(before: OrganizationRules, body: Fields): OrganizationRules {
  const { auth_methods: auth, mfa_methods: mfa, mfa_policy: policy } = body;
  const methods = textsOf(body, "allowed_mfa_methods") ?? [];
  return {
    ...before,
    ...(auth === undefined
      ? {}
      : {
          authMethods: auth === "RESTRICTED" ? (textsOf(body, "allowed_auth_methods") ?? []) : null,
        }),
    ...(mfa === undefined
      ? {}
      : {
          mfaMethods:
            mfa === "RESTRICTED" ? MFA_METHODS.filter((one) => methods.includes(one)) : null,
        }),
    ...(policy === undefined ? {} : { mfaRequired: policy === "REQUIRED_FOR_ALL" }),
  };
}

function slugTaken(): Answer {
  return stytchError(400, "organization_slug_already_used", "The slug is taken.");
}

/** The values of one operand of a search, if it is there. */
export function filterOf(body: Fields, name: string): readonly string[] | undefined {
  const query = isFields(body["query"]) ? body["query"] : {};
  const operands = Array.isArray(query["operands"]) ? query["operands"] : [];
  const operand = operands.find((one) => isFields(one) && one["filter_name"] === name) as unknown;
  return isFields(operand) ? textsOf(operand, "filter_value") : undefined;
}

/** A page of a search; null for a cursor that was not given out. */
export function paginate<T>(items: readonly T[], body: Fields) {
  const limit = typeof body["limit"] === "number" ? body["limit"] : 100;
  const cursor = textOf(body, "cursor");
  const from = cursor === undefined ? 0 : Number(atob(cursor));
  if (!Number.isInteger(from) || limit < 1 || limit > 1000) return null;
  const next = from + limit;
  return {
    items: items.slice(from, next),
    metadata: {
      total: items.length,
      next_cursor: next < items.length ? btoa(String(next)) : null,
    },
  };
}
