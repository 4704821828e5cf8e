import { textOf, type Answer, type Call } from "../http/api.ts";
import { isAppUrl } from "./authorize.ts";
import type { ClerkContext } from "./context.ts";
import { apiError, json, notFound } from "./errors.ts";
import { sessionCookies } from "./sessions.ts";
import { newId } from "./stamps.ts";

/**
 * `GET /v1/client/handshake`: the front end's session becomes cookies of the application, fetched by
 * its server with a nonce that works once. `organization_id` moves the session to another of the
 * person's organizations first.
 */
export async function serveHandshake(context: ClerkContext, call: Call): Promise<Answer> {
  const { state, world } = context;
  const { searchParams } = call.url;
  const target = searchParams.get("redirect_url") ?? "";
  if (!isAppUrl(context, target)) {
    return apiError(400, "redirect_url_invalid", "redirect_url is not allowed");
  }
  const token = call.cookies.get("__client") ?? searchParams.get("__clerk_db_jwt");
  const client = [...state.clients.values()].find((one) => one.token === token);
  const session = state.sessions.get(client?.sessionId ?? "") ?? null;
  const wanted = searchParams.get("organization_id");
  if (session !== null && wanted !== null && wanted !== "") {
    const tenant = world.tenantBySlugOrId(wanted);
    const isMember = world.memberships.get(session.userId, tenant?.id ?? "")?.status === "active";
    if (tenant !== undefined && isMember) session.organizationId = tenant.id;
  }
  const nonce = newId("nonce");
  state.handshakes.set(nonce, await sessionCookies(context, session, null));
  const location = new URL(target);
  location.searchParams.set("__clerk_handshake_nonce", nonce);
  return { status: 307, headers: { location: location.href, "cache-control": "no-store" } };
}

/** `GET /v1/clients/handshake_payload?nonce=`. */
export function serveHandshakePayload({ state }: ClerkContext, call: Call): Answer {
  const nonce = call.url.searchParams.get("nonce") ?? textOf(call.params, "nonce") ?? "";
  const directives = state.handshakes.get(nonce);
  state.handshakes.delete(nonce);
  return directives === undefined ? notFound() : json({ directives });
}
