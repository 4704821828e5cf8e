import { textOf, type Answer, type Call } from "../http/api.ts";
import { pageHeaders } from "../pages/layout.ts";
import { organizationPage, peoplePage, type PersonChoice } from "../pages/sign-in-pages.ts";
import type { WorldUser } from "../world/types.ts";
import { goBack, noticeAnswer } from "./browser.ts";
import { finishConnect } from "./connect/codes.ts";
import { chosenClaims, consentAnswer } from "./connect/consent.ts";
import type { WorkosContext } from "./context.ts";
import { BROWSER_COOKIE } from "./sessions.ts";
import { newId } from "./stamps.ts";
import type { Attempt, SignedIn } from "./state.ts";
import { connectionOf } from "./steps.ts";

const CODE_MS = 10 * 60_000;

/** Serves `/sign-in/:attempt`: shows what is to be chosen, and takes the choice. */
export function serveSignIn(context: WorkosContext, call: Call): Answer {
  const id = textOf(call.params, "attempt") ?? "";
  const attempt = context.state.attempts.get(id);
  if (attempt === undefined) {
    return noticeAnswer(
      "This sign-in is over",
      "It was finished in another tab or took too long. Start again in the application.",
    );
  }
  if (call.method === "GET") return pageOf(context, attempt);
  if (textOf(call.body, "action") === "cancel") {
    context.state.attempts.delete(id);
    return goBack(attempt.query, {
      error: "access_denied",
      description: "The person cancelled the sign-in.",
    });
  }
  if (attempt.userId === null) {
    const user = context.world.users.get(textOf(call.body, "person") ?? "");
    if (user === undefined) return noticeAnswer("Nothing was chosen", "Go back and pick somebody.");
    attempt.userId = user.id;
    attempt.authTimeSeconds = Math.floor(Date.now() / 1000);
    const cookie = newId("browser");
    context.state.browsers.set(cookie, {
      userId: user.id,
      authTimeSeconds: attempt.authTimeSeconds,
    });
    const answer = advance(context, id);
    return {
      ...answer,
      headers: { ...answer.headers, "set-cookie": `${BROWSER_COOKIE}=${cookie}; Path=/; HttpOnly` },
    };
  }
  if (attempt.consent !== null) {
    const claims = chosenClaims(attempt.consent.options ?? [], call.body);
    if (textOf(call.body, "action") !== "continue" || claims === null) {
      return noticeAnswer("Nothing was chosen", "Go back and say yes or no.");
    }
    attempt.claims = claims;
    return finish(context, id, attempt.consent.organizationId);
  }
  return finish(context, id, textOf(call.body, "organization") ?? null);
}

/** Goes on as far as nothing is left to choose. */
export function advance(context: WorkosContext, id: string): Answer {
  const { behaviour, state } = context;
  const attempt = state.attempts.get(id);
  if (attempt === undefined) return noticeAnswer("This sign-in is over", "Start again.");
  if (behaviour.impersonation !== null) {
    attempt.userId = behaviour.impersonation.userId;
    attempt.authTimeSeconds = Math.floor(Date.now() / 1000);
  }
  const toPage: Answer = { status: 302, headers: { location: `/sign-in/${id}` } };
  if (attempt.userId === null) return toPage;
  const places = context.world.activeMembershipsOf(attempt.userId);
  const named = organizationOf(context, attempt);
  if (named === null && places.length > 1) return toPage;
  return finish(context, id, named ?? places[0]?.tenant.id ?? null);
}

/** The organization that the application named, by itself or by its connection. */
function organizationOf({ world }: WorkosContext, { query }: Attempt): string | null {
  const connectionId = query.get("connection_id");
  const owner = world.tenants.list().find(({ id }) => connectionOf(id) === connectionId);
  return query.get("organization_id") ?? owner?.id ?? null;
}

/**
 * Ends the browser's part. Somebody who is not an active member of the organization is sent back
 * with `access_denied`: what the vendor's hosted pages do then is not documented, and this is the
 * stricter reading.
 */
function finish(context: WorkosContext, id: string, organizationId: string | null): Answer {
  const { state, world, behaviour } = context;
  const attempt = state.attempts.get(id);
  const user = world.users.get(attempt?.userId ?? "");
  const isMember =
    organizationId === null ||
    world.memberships.get(user?.id ?? "", organizationId)?.status === "active";
  if (attempt?.purpose === "connect" && attempt.consent === null && isMember) {
    attempt.consent = { organizationId };
    return { status: 302, headers: { location: `/sign-in/${id}` } };
  }
  state.attempts.delete(id);
  if (attempt === undefined || user === undefined) {
    return noticeAnswer("This sign-in is over", "Start again in the application.");
  }
  if (!isMember) {
    return goBack(attempt.query, {
      error: "access_denied",
      description: "The user is not a member of the organization.",
    });
  }
  const { impersonation } = behaviour;
  behaviour.impersonation = null;
  const signedIn: SignedIn = {
    userId: user.id,
    organizationId,
    method: impersonation === null ? methodOf(user, attempt) : "Impersonation",
    authTimeSeconds: attempt.authTimeSeconds,
    impersonator: impersonation?.impersonator ?? null,
  };
  if (attempt.purpose === "connect") return finishConnect(context, attempt, signedIn);
  const code = newId("code");
  state.codes.set(code, {
    ...signedIn,
    challenge: attempt.query.get("code_challenge"),
    expiresAtMs: Date.now() + CODE_MS,
  });
  return goBack(attempt.query, { code });
}

/** What `authentication_method` says, from the words of RFC 8176 that the world knows people by. */
function methodOf({ signsInWith = ["pwd"] }: WorldUser, { query }: Attempt): string {
  if (query.has("connection_id") || signsInWith.includes("sso")) return "SSO";
  if (signsInWith.includes("hwk") || signsInWith.includes("swk")) return "Passkey";
  return signsInWith.includes("pwd") ? "Password" : "MagicAuth";
}

function pageOf(context: WorkosContext, attempt: Attempt): Answer {
  if (attempt.consent !== null) return consentAnswer(context, attempt);
  const { world, options } = context;
  const applicationName = options.name ?? options.clientId;
  const user = world.users.get(attempt.userId ?? "");
  if (user !== undefined) {
    const organizations = world.activeMembershipsOf(user.id);
    const page = organizationPage({ applicationName, user, organizations });
    return { status: 200, headers: pageHeaders(), page };
  }
  const organization = world.tenants.get(organizationOf(context, attempt) ?? "");
  const page = peoplePage({
    applicationName,
    organization,
    people: world.users.list().map((each) => choiceOf(context, each, organization?.id)),
    loginHint: attempt.query.get("login_hint") ?? undefined,
  });
  return { status: 200, headers: pageHeaders(), page };
}

function choiceOf(
  { world }: WorkosContext,
  user: WorldUser,
  tenantId: string | undefined,
): PersonChoice {
  const active = world.activeMembershipsOf(user.id);
  return {
    user,
    places: active.map(({ tenant, roles }) => `${tenant.name}: ${roles.join(", ") || "no role"}`),
    member: tenantId === undefined || active.some(({ tenant }) => tenant.id === tenantId),
  };
}
