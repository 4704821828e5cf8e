import type { Tenant } from "../../directory/records.ts";
import type { Link } from "../../directory/records.ts";
import { reject } from "../../internal/result.ts";
import { errorFor } from "../../reasons.ts";
import type { SessionRecord } from "../record.ts";
import type { IssuedSession } from "../sessions.ts";
import { authAddress } from "./addresses.ts";
import { requireSession, returnToOf, type Call } from "./call.ts";
import { recordLeave } from "./cross-tenant.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { begin, providerOf } from "./login.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/** `GET switch`: a button, for a link into another of one's own tenants. */
export async function confirmSwitch(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const slug = call.params.get("tenant") ?? "";
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) {
    return signed.reply.error.status === 401
      ? redirect(authAddress(deps, "login", { tenant: slug, returnTo }))
      : signed.reply;
  }
  const target = await ownTenant(signed.session, slug, deps);
  if (target.kind === "refused") return target;
  return {
    kind: "page",
    view: {
      kind: "confirm",
      title: `Switch to ${target.tenant.name}`,
      message: `This page belongs to ${target.tenant.name}. Switch to it to go on.`,
      form: {
        action: authAddress(deps, "switch"),
        hidden: { tenant: target.tenant.slug, returnTo },
        submit: `Switch to ${target.tenant.name}`,
      },
      cancel: { label: "Stay where I am", href: "/" },
    },
  };
}

/**
 * `POST switch`: moves the session to another of the person's own tenants, by a refresh that names
 * it where the provider can do that, otherwise by a sign-in that names it. The answer is compared
 * with what was asked, and the session gets a new id. Throws when a store cannot answer.
 */
export async function switchTenant(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps);
  if (!signed.ok) return signed.reply;
  const { session } = signed;
  const target = await ownTenant(session, call.params.get("tenant") ?? "", deps);
  if (target.kind === "refused") return target;
  const { tenant } = target;

  if (session.tenantId === tenant.id) return backHome(session, { deps, returnTo });
  const link = await linkForRefresh(session, tenant, deps);
  if (link !== null) {
    const switched = await deps.sessions.switchTo(session, {
      tenantId: tenant.id,
      tenant: { external: link.external, slug: tenant.slug, name: tenant.name },
    });
    switch (switched.kind) {
      case "switched":
        return arrived(session, switched, { deps, returnTo });
      case "mismatch":
        return refuse("tenant_mismatch", switched.reason);
      case "invalid":
      case "unavailable":
        return { kind: "refused", error: errorFor(reject(switched.reason)) };
      case "sign_in":
        break;
    }
  }
  return begin(call, deps, {
    request: { tenant: tenant.slug },
    returnTo,
    purpose: "switch",
    expectedUserId: null,
    reauthenticate: false,
  });
}

type Target =
  | { readonly kind: "own"; readonly tenant: Tenant }
  | (Reply & { readonly kind: "refused" });

/**
 * A tenant that this person is known to belong to. One that is absent and one that is somebody
 * else's get the same answer, in the same way.
 */
async function ownTenant(
  session: SessionRecord,
  slug: string,
  deps: AuthRoutesDeps,
): Promise<Target> {
  const tenant = await deps.directory.tenantBySlug(slug);
  const membership = await deps.directory.currentMembership(session.userId, tenant?.id ?? "");
  if (tenant === null || membership === null) {
    return refuse("tenant_not_found", tenant === null ? "tenant_absent" : "tenant_foreign");
  }
  if (tenant.status === "suspended") return refuse("tenant_suspended", "tenant_suspended");
  return { kind: "own", tenant };
}

/** The vendor's id of the tenant, if a refresh of this session could name it. */
async function linkForRefresh(
  session: SessionRecord,
  tenant: Tenant,
  deps: AuthRoutesDeps,
): Promise<Link | null> {
  const provider = providerOf(session, deps);
  // `discovered` may turn out to be no, and a sign-in always works.
  if (provider?.capabilities.switchByRefresh !== "yes" || session.connectionId !== null)
    return null;
  const rows = await deps.stores.connections.listByTenant(tenant.id);
  // A tenant with a connection of its own is entered through it.
  if (rows.some(({ enabled }) => enabled)) return null;
  const links = await deps.stores.links.listByLocal("tenant", tenant.id);
  return (
    links.find(
      ({ instance, issuer }) => instance === session.instance && issuer === session.issuer,
    ) ?? null
  );
}

/** The session already stands for this tenant; at most a stay in another one ends. */
async function backHome(
  session: SessionRecord,
  { deps, returnTo }: { readonly deps: AuthRoutesDeps; readonly returnTo: string },
): Promise<Reply> {
  if (session.entered === null) return redirect(returnTo);
  const rotated = await deps.sessions.rotate(session, { entered: null });
  if (!rotated.ok) return { kind: "refused", error: errorFor(rotated) };
  await recordLeave(deps, session, rotated.value.session);
  return redirect(returnTo, rotated.value.setCookies);
}

async function arrived(
  before: SessionRecord,
  { session, setCookies }: IssuedSession,
  { deps, returnTo }: { readonly deps: AuthRoutesDeps; readonly returnTo: string },
): Promise<Reply> {
  if (before.entered !== null) await recordLeave(deps, before, session);
  await deps.audit.record({
    type: "tenant.switched",
    outcome: "ok",
    tenantId: session.tenantId,
    principal: { kind: "user", id: session.userId },
    actors: session.actors,
    details: { sessionId: session.id, fromTenantId: before.tenantId },
  });
  return redirect(returnTo, setCookies);
}
