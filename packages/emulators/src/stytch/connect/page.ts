import { textOf, type Answer, type Call } from "../../http/api.ts";
import { agentConsentPage } from "../../pages/agent-consent-page.ts";
import { pageHeaders } from "../../pages/layout.ts";
import { noticePage } from "../../pages/notice-pages.ts";
import { organizationPage, peoplePage } from "../../pages/sign-in-pages.ts";
import type { StytchContext } from "../context.ts";
import { newSecret } from "../ids.ts";
import { withParams } from "../redirects.ts";
import { isGranted, issueCode } from "./authorize.ts";
import type { ConnectedAppAttempt } from "./grants.ts";

/**
 * `GET /oauth/authorize`: stands in for the page of consent that every application of the vendor's
 * customers has to have, for those that have none yet.
 */
export async function beginPage(context: StytchContext, { url }: Call): Promise<Answer> {
  const query = url.searchParams;
  const client = await context.clients.find(query.get("client_id") ?? "");
  if (client === undefined || !client.redirectUris.includes(query.get("redirect_uri") ?? "")) {
    return notice("This request is wrong", "The client or its redirect address is unknown.");
  }
  if (query.get("response_type") !== "code") return leave(query, "unsupported_response_type");
  if (!query.has("code_challenge") || query.get("code_challenge_method") !== "S256") {
    return leave(query, "invalid_request");
  }
  const id = newSecret();
  context.state.connectedApps.attempts.set(id, { query, userId: null, tenantId: null });
  return toPage(id);
}

/** `/oauth/authorize/:attempt`: people, then their organizations, then consent. */
export function servePage(context: StytchContext, call: Call): Answer {
  const { world, state } = context;
  const id = textOf(call.params, "attempt") ?? "";
  const attempt = state.connectedApps.attempts.get(id);
  if (attempt === undefined) return notice("This sign-in is over", "Start again in the client.");
  if (call.method === "GET") return pageOf(context, attempt);
  if (textOf(call.body, "action") === "cancel") {
    state.connectedApps.attempts.delete(id);
    return leave(attempt.query, "access_denied");
  }
  if (attempt.userId === null) {
    const user = world.users.get(textOf(call.body, "person") ?? "");
    if (user === undefined) return notice("Nothing was chosen", "Go back and pick somebody.");
    const [only, ...others] = world.activeMembershipsOf(user.id);
    attempt.userId = user.id;
    if (others.length === 0) attempt.tenantId = only?.tenant.id ?? null;
    // A token always names an organization, so somebody of none cannot let anybody have one.
    if (only === undefined) return leave(attempt.query, "access_denied");
    return toPage(id);
  }
  if (attempt.tenantId === null) {
    const tenantId = textOf(call.body, "organization") ?? "";
    if (world.memberships.get(attempt.userId, tenantId)?.status !== "active") {
      return leave(attempt.query, "access_denied");
    }
    attempt.tenantId = tenantId;
    return toPage(id);
  }
  if (textOf(call.body, "action") !== "continue") {
    return notice("Nothing was chosen", "Go back and say yes or no.");
  }
  state.connectedApps.attempts.delete(id);
  return finish(context, attempt);
}

function finish(context: StytchContext, { query, userId, tenantId }: ConnectedAppAttempt): Answer {
  const place = { userId: userId ?? "", tenantId: tenantId ?? "" };
  const client = context.clients.get(query.get("client_id") ?? "");
  const isMember = context.world.memberships.get(place.userId, place.tenantId)?.status === "active";
  if (client === undefined || !isMember) return leave(query, "access_denied");
  const scopes = scopesOf(query);
  if (!scopes.every((scope) => isGranted(context, place, scope))) {
    return leave(query, "invalid_scope");
  }
  const redirectUri = query.get("redirect_uri") ?? "";
  const challenge = query.get("code_challenge") ?? "";
  return leave(query, null, issueCode(context, { client, place, redirectUri, scopes, challenge }));
}

function pageOf({ world, clients, options }: StytchContext, attempt: ConnectedAppAttempt): Answer {
  const { query, tenantId } = attempt;
  const clientId = query.get("client_id") ?? "";
  const clientName = clients.get(clientId)?.name ?? clientId;
  const applicationName = options.name ?? options.projectId;
  const user = world.users.get(attempt.userId ?? "");
  if (user === undefined) {
    const people = world.users.list().map((each) => ({
      user: each,
      places: world.activeMembershipsOf(each.id).map(({ tenant }) => tenant.name),
      member: true,
    }));
    const page = peoplePage({
      applicationName,
      organization: undefined,
      loginHint: undefined,
      people,
    });
    return { status: 200, headers: pageHeaders(), page };
  }
  const organizations = world.activeMembershipsOf(user.id);
  const page =
    tenantId === null
      ? organizationPage({ applicationName, user, organizations })
      : agentConsentPage({
          clientName,
          clientId,
          redirectUri: query.get("redirect_uri") ?? "",
          user,
          organization: world.tenants.get(tenantId),
          scopes: scopesOf(query),
          // The vendor makes nothing of it, so it is not promised either.
          resource: null,
        });
  return { status: 200, headers: pageHeaders(), page };
}

function scopesOf(query: URLSearchParams): readonly string[] {
  return (query.get("scope") ?? "openid").split(" ").filter((scope) => scope !== "");
}

function leave(query: URLSearchParams, error: string | null, code = ""): Answer {
  const state = query.get("state");
  const location = withParams(query.get("redirect_uri") ?? "", {
    ...(error === null ? { code } : { error }),
    ...(state === null ? {} : { state }),
  });
  return { status: 302, headers: { location, "cache-control": "no-store" } };
}

function toPage(id: string): Answer {
  return { status: 302, headers: { location: `/oauth/authorize/${id}` } };
}

function notice(title: string, text: string): Answer {
  return { status: 400, headers: pageHeaders(), page: noticePage(title, [text]) };
}
