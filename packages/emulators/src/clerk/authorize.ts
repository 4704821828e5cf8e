import { textOf, type Answer, type Call } from "../http/api.ts";
import { agentConsentPage } from "../pages/agent-consent-page.ts";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage } from "../pages/notice-pages.ts";
import { organizationPage, peoplePage } from "../pages/sign-in-pages.ts";
import type { WorldUser } from "../world/types.ts";
import { applicationOf, type ClerkContext } from "./context.ts";
import { scopesOf } from "./metadata.ts";
import { createSession } from "./sessions.ts";
import { newId } from "./stamps.ts";
import type { Attempt } from "./state.ts";

const CODE_MS = 10 * 60_000;
/** The long-lived cookie of the front end, on its own domain. */
const CLIENT_COOKIE = "__client";

/**
 * `GET /oauth/authorize`. PKCE is required of everybody here; at the vendor of public clients only.
 * Which `prompt` values it knows is not documented, so none does anything: whoever comes is asked.
 */
export async function serveAuthorize(context: ClerkContext, { url }: Call): Promise<Answer> {
  const query = url.searchParams;
  // One that is an address says who it is now; `applicationOf` finds it afterwards.
  await context.clients.find(query.get("client_id") ?? "");
  const application = applicationOf(context, query.get("client_id") ?? undefined);
  const redirectUri = query.get("redirect_uri") ?? "";
  // Nobody is sent to an address that the application did not register.
  if (application === undefined || !application.redirectUris.includes(redirectUri)) {
    return notice("This request is wrong", "The client or its redirect address is unknown.");
  }
  const scopes = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (query.get("response_type") !== "code") return goBack(query, "unsupported_response_type");
  if (query.get("code_challenge_method") !== "S256" || !query.has("code_challenge")) {
    return goBack(query, "invalid_request");
  }
  const known = application.scopes ?? scopesOf(context);
  if (scopes.some((scope) => !known.includes(scope))) return goBack(query, "invalid_scope");
  return begin(context, { query, purpose: "oauth", userId: null, consent: null });
}

/** `GET /portal/sign-in?redirect_url=`: the Account Portal, which signs in to the front end. */
export function servePortal(context: ClerkContext, { url }: Call): Answer {
  const target = url.searchParams.get("redirect_url") ?? "";
  if (!isAppUrl(context, target)) {
    return notice("This request is wrong", "The address to go back to is not the application's.");
  }
  return begin(context, {
    query: url.searchParams,
    purpose: "portal",
    userId: null,
    consent: null,
  });
}

/** Whether an address is one of the application's pages. */
export function isAppUrl({ options }: ClerkContext, address: string): boolean {
  const { appOrigins = [] } = options;
  return URL.canParse(address) && appOrigins.includes(new URL(address).origin);
}

function begin({ state }: ClerkContext, attempt: Attempt): Answer {
  const id = newId("attempt");
  state.attempts.set(id, attempt);
  return { status: 302, headers: { location: `/sign-in/${id}` } };
}

/** `/sign-in/:attempt`: shows what is to be chosen, and takes the choice. */
export function serveSignIn(context: ClerkContext, call: Call): Answer {
  const { state, world } = context;
  const id = textOf(call.params, "attempt") ?? "";
  const attempt = state.attempts.get(id);
  if (attempt === undefined) {
    return notice(
      "This sign-in is over",
      "It was finished in another tab or took too long. Start again in the application.",
    );
  }
  if (call.method === "GET") return pageOf(context, attempt);
  if (textOf(call.body, "action") === "cancel") {
    state.attempts.delete(id);
    return attempt.purpose === "oauth"
      ? goBack(attempt.query, "access_denied")
      : notice("Cancelled", "You are not signed in.");
  }
  if (attempt.userId === null) {
    const user = world.users.get(textOf(call.body, "person") ?? "");
    if (user === undefined) return notice("Nothing was chosen", "Go back and pick somebody.");
    attempt.userId = user.id;
    const places = world.activeMembershipsOf(user.id);
    if (asksOrganization(attempt) && places.length > 1) {
      return { status: 302, headers: { location: `/sign-in/${id}` } };
    }
    return finish(context, id, { attempt, user, organizationId: places[0]?.tenant.id ?? null });
  }
  const user = world.users.get(attempt.userId);
  if (attempt.consent !== null && user !== undefined) {
    const { organizationId } = attempt.consent;
    return textOf(call.body, "action") === "continue"
      ? finish(context, id, { attempt, user, organizationId })
      : notice("Nothing was chosen", "Go back and say yes or no.");
  }
  const organizationId = textOf(call.body, "organization") ?? "";
  const isMember = world.memberships.get(attempt.userId, organizationId)?.status === "active";
  if (user === undefined || !isMember) return goBack(attempt.query, "access_denied");
  return finish(context, id, { attempt, user, organizationId });
}

/** The consent screen has an organization selector only if the scope for it is asked for. */
function asksOrganization({ purpose, query }: Attempt): boolean {
  return purpose === "portal" || (query.get("scope") ?? "").split(" ").includes("user:org:read");
}

/** A client that nobody configured; its consent screen cannot be switched off. */
function isStranger({ clients }: ClerkContext, { purpose, query }: Attempt): boolean {
  return purpose === "oauth" && clients.get(query.get("client_id") ?? "") !== undefined;
}

interface Choice {
  readonly attempt: Attempt;
  readonly user: WorldUser;
  readonly organizationId: string | null;
}

function finish(context: ClerkContext, id: string, choice: Choice): Answer {
  const { state } = context;
  const { attempt, user, organizationId } = choice;
  if (attempt.consent === null && isStranger(context, attempt)) {
    attempt.consent = { organizationId: asksOrganization(attempt) ? organizationId : null };
    return { status: 302, headers: { location: `/sign-in/${id}` } };
  }
  state.attempts.delete(id);
  if (attempt.purpose === "portal") return finishPortal(context, choice);
  const { query } = attempt;
  const code = newId("code");
  state.codes.set(code, {
    userId: user.id,
    clientId: query.get("client_id") ?? "",
    organizationId: asksOrganization(attempt) ? organizationId : null,
    scope: query.get("scope") ?? "",
    nonce: query.get("nonce"),
    family: newId("family"),
    redirectUri: query.get("redirect_uri") ?? "",
    challenge: query.get("code_challenge"),
    expiresAtMs: Date.now() + CODE_MS,
  });
  return leave(query, { code });
}

/** Back to the application, which has no cookies of its own yet: a handshake brings them. */
function finishPortal(context: ClerkContext, { attempt, user, organizationId }: Choice): Answer {
  const session = createSession(context, { userId: user.id, organizationId });
  const token = context.state.clients.get(session.clientId)?.token ?? "";
  const location = new URL(attempt.query.get("redirect_url") ?? "");
  location.searchParams.set("__clerk_db_jwt", token);
  const cookie = `${CLIENT_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax`;
  return {
    status: 302,
    headers: { location: location.href, "set-cookie": cookie, "cache-control": "no-store" },
  };
}

function pageOf(context: ClerkContext, attempt: Attempt): Answer {
  const { world } = context;
  const application = applicationOf(context, attempt.query.get("client_id") ?? undefined);
  const applicationName = application?.name ?? application?.clientId ?? "an application";
  const user = world.users.get(attempt.userId ?? "");
  if (user !== undefined && attempt.consent !== null) {
    const { query, consent } = attempt;
    const page = agentConsentPage({
      clientName: applicationName,
      clientId: query.get("client_id") ?? "",
      redirectUri: query.get("redirect_uri") ?? "",
      user,
      organization: world.tenants.get(consent.organizationId ?? ""),
      scopes: (query.get("scope") ?? "").split(" "),
      // The vendor makes nothing of it, so it is not promised either.
      resource: null,
    });
    return { status: 200, headers: pageHeaders(), page };
  }
  if (user !== undefined) {
    const organizations = world.activeMembershipsOf(user.id);
    const page = organizationPage({ applicationName, user, organizations });
    return { status: 200, headers: pageHeaders(), page };
  }
  const people = world.users.list().map((each) => ({
    user: each,
    places: world
      .activeMembershipsOf(each.id)
      .map(({ tenant, roles }) => `${tenant.name}: ${roles.join(", ") || "no role"}`),
    member: true,
  }));
  const loginHint = attempt.query.get("login_hint") ?? undefined;
  const page = peoplePage({ applicationName, organization: undefined, people, loginHint });
  return { status: 200, headers: pageHeaders(), page };
}

function goBack(query: URLSearchParams, error: string): Answer {
  return leave(query, { error, error_description: "The request was not completed." });
}

function leave(query: URLSearchParams, answer: Readonly<Record<string, string>>): Answer {
  const location = new URL(query.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value);
  const state = query.get("state");
  if (state !== null) location.searchParams.set("state", state);
  return { status: 302, headers: { location: location.href, "cache-control": "no-store" } };
}

function notice(title: string, text: string): Answer {
  return { status: 400, headers: pageHeaders(), page: noticePage(title, [text]) };
}
