import { textOf, type Answer, type Call } from "../http/api.ts";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage } from "../pages/notice-pages.ts";
import { peoplePage } from "../pages/sign-in-pages.ts";
import type { StytchContext } from "./context.ts";
import { good, notRegistered, organizationNotFound, stytchError } from "./errors.ts";
import { connectionOf, newSecret } from "./ids.ts";
import { findTenant } from "./objects.ts";
import { issueToken, TOKEN_TYPES } from "./one-time.ts";
import { isRegistered, withParams } from "./redirects.ts";
import type { Attempt } from "./state.ts";
import { oauthFactor, ssoFactor } from "./tokens.ts";

const PROVIDERS = ["google", "microsoft", "slack", "hubspot", "github"];

/** `GET /v1/b2b/public/oauth/:provider/start` and `…/discovery/start`. */
export function startOAuth(
  context: StytchContext,
  call: Call,
  kind: "oauth" | "discovery_oauth",
): Answer {
  const { searchParams: query } = call.url;
  const provider = textOf(call.params, "provider") ?? "";
  if (!PROVIDERS.includes(provider))
    return stytchError(404, "route_not_found", "No such provider.");
  if (kind === "discovery_oauth") {
    const redirectUrl = query.get("discovery_redirect_url") ?? "";
    return begin(context, query, { kind, provider, tenantId: null, redirectUrl });
  }
  const tenant = findTenant(context, query.get("organization_id") ?? query.get("slug") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const redirectUrl = query.get("login_redirect_url") ?? "";
  return begin(context, query, { kind, provider, tenantId: tenant.id, redirectUrl });
}

/** `GET /v1/public/sso/start`. */
export function startSso(context: StytchContext, { url: { searchParams: query } }: Call): Answer {
  const connectionId = query.get("connection_id");
  const tenant =
    connectionId === null
      ? findTenant(context, query.get("organization_id") ?? "")
      : context.world.tenants.list().find(({ id }) => connectionOf(id) === connectionId);
  if (tenant === undefined)
    return stytchError(404, "sso_connection_not_found", "No such connection.");
  const redirectUrl = query.get("login_redirect_url") ?? "";
  return begin(context, query, { kind: "sso", provider: "sso", tenantId: tenant.id, redirectUrl });
}

/** `GET /v1/b2b/sso/:organization`: the one connection that every organization has here. */
export function listConnections(context: StytchContext, { params }: Call): Answer {
  const tenant = findTenant(context, textOf(params, "organization") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const connection = {
    organization_id: tenant.id,
    connection_id: connectionOf(tenant.id),
    display_name: "SSO",
    status: "active",
    identity_provider: "generic",
  };
  return good({ saml_connections: [connection], oidc_connections: [], external_connections: [] });
}

function begin(
  context: StytchContext,
  query: URLSearchParams,
  wish: Pick<Attempt, "kind" | "provider" | "tenantId" | "redirectUrl">,
): Answer {
  if (query.get("public_token") !== context.options.publicToken) {
    return stytchError(401, "unauthorized_public_token", "The public token is wrong.");
  }
  if (!isRegistered(context, wish.redirectUrl)) return notRegistered();
  const id = newSecret();
  context.state.attempts.set(id, {
    ...wish,
    challenge: query.get("pkce_code_challenge"),
    loginHint: query.get("provider_login_hint") ?? undefined,
  });
  return { status: 302, headers: { location: `/sign-in/${id}` } };
}

/** Serves `/sign-in/:attempt`, the stand-in for Google, Microsoft or the customer's own provider. */
export function serveSignIn(context: StytchContext, call: Call): Answer {
  const id = textOf(call.params, "attempt") ?? "";
  const attempt = context.state.attempts.get(id);
  if (attempt === undefined)
    return notice("This sign-in is over", "Start again in the application.");
  if (call.method === "GET") return people(context, attempt);
  const { kind, redirectUrl, challenge, tenantId, provider } = attempt;
  if (textOf(call.body, "action") === "cancel") {
    context.state.attempts.delete(id);
    // How the vendor passes a refusal on is not documented: without a token, as for any failure.
    const error = { stytch_token_type: TOKEN_TYPES[kind], error: "access_denied" };
    return { status: 302, headers: { location: withParams(redirectUrl, error) } };
  }
  const user = context.world.users.get(textOf(call.body, "person") ?? "");
  if (user === undefined) return notice("Nothing was chosen", "Go back and pick somebody.");
  context.state.attempts.delete(id);
  const factor =
    kind === "sso" ? ssoFactor(connectionOf(tenantId ?? "")) : oauthFactor(provider, user.email);
  const token = issueToken(context, { kind, userId: user.id, tenantId, factor, challenge });
  const slug = context.world.tenants.get(tenantId ?? "")?.slug;
  const location = withParams(redirectUrl, {
    ...(slug === undefined ? {} : { slug }),
    stytch_token_type: TOKEN_TYPES[kind],
    token,
  });
  return { status: 302, headers: { location } };
}

function people({ world, options }: StytchContext, { tenantId, loginHint }: Attempt): Answer {
  const page = peoplePage({
    applicationName: options.name ?? options.projectId,
    organization: world.tenants.get(tenantId ?? ""),
    loginHint,
    people: world.users.list().map((user) => {
      const active = world.activeMembershipsOf(user.id);
      return {
        user,
        places: active.map(
          ({ tenant, roles }) => `${tenant.name}: ${roles.join(", ") || "no role"}`,
        ),
        member: tenantId === null || active.some(({ tenant }) => tenant.id === tenantId),
      };
    }),
  });
  return { status: 200, headers: pageHeaders(), page };
}

function notice(title: string, text: string): Answer {
  return { status: 400, headers: pageHeaders(), page: noticePage(title, [text]) };
}
