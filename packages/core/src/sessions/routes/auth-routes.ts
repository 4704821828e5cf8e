import { AuthError } from "../../errors.ts";
import { parseCookies } from "../../request/cookies.ts";
import { originAllowed } from "../../request/csrf.ts";
import { fromWebRequest, type AuthRequest } from "../../request/request.ts";
import { listSessions, me, revokeSession, tenants } from "./account.ts";
import { backchannelLogout } from "./backchannel-logout.ts";
import { readBody, readParams, readSignedBody, type Call, type Params } from "./call.ts";
import { callback } from "./callback.ts";
import { enterTenant, leaveTenant } from "./cross-tenant.ts";
import { askConsent, decideConsent } from "./consent.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { confirmLink, startLink } from "./link.ts";
import { continueLogin, startLogin } from "./login.ts";
import { confirmLogout, logout } from "./logout.ts";
import { refuse, toResponse, type Reply } from "./reply.ts";
import { confirmSwitch, switchTenant } from "./switch.ts";
import { webhook } from "./webhook.ts";

export type { AuthRoutesDeps } from "./deps.ts";

type Handler = (call: Call) => Promise<Reply> | Reply;

interface Route {
  readonly GET?: Handler;
  readonly POST?: Handler;
  /** A server calls it, with a proof of its own instead of cookie and origin. */
  readonly fromServers?: boolean;
  /** The query is the vendor's own and is handed on as it is. */
  readonly foreignQuery?: boolean;
  /** The caller has signed the body: it is handed on as it came, and nobody looks into it before. */
  readonly signedBody?: boolean;
}

const INSTANCE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const CONNECTION = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Makes the auth routes as one fetch handler. It never throws; whatever goes wrong is an answer.
 *
 * | route | does |
 * |---|---|
 * | `GET login?tenant&returnTo&provider&connection&email&reauthenticate` | begins a sign-in |
 * | `POST login` | a step of it: `{email}` or `{flow, …fields}` |
 * | `GET callback/:instance/:connection?` | a sign-in comes back |
 * | `GET logout`, `POST logout` | a button; signs out here, then at the provider |
 * | `GET switch?tenant&returnTo`, `POST switch {tenant, returnTo}` | a button; another of one's own tenants |
 * | `GET link?provider&returnTo`, `POST link {provider, returnTo}` | a button; a second sign-in joins the account |
 * | `POST enter {tenant, reason, minutes?, returnTo}`, `POST leave {returnTo}` | a supporter's stay in another tenant |
 * | `GET authorize/:instance`, `POST authorize/:instance {request, decision}` | asks whether an OAuth client may act for the person, where the provider leaves that to the app |
 * | `GET me` | `{principal, tenant, roles, permissions, credential, authentication, actors, crossTenant}` |
 * | `GET tenants` | `{tenants: [{slug, name, current}]}` |
 * | `GET sessions` | `{sessions: [{id, createdAtMs, lastSeenAtMs, expiresAtMs, current}]}` |
 * | `POST sessions/revoke {id}` | `{revoked: true}` |
 * | `POST backchannel-logout/:instance/:connection?` | a provider signs somebody out |
 * | `POST webhooks/:instance` | a provider says what has changed in its directory |
 *
 * A front end sends `Accept: application/json` and forms or flat JSON objects. It then gets
 * `{location}` where a browser would be redirected (go there with the whole window), `{page}` where
 * a page would be shown, and `{error: {code, message}}` with the status of the error table. Every
 * POST but the last two needs an `Origin` of this app.
 */
export function createAuthRoutes(
  deps: AuthRoutesDeps,
): (request: Request, peer?: { readonly remoteAddress?: string }) => Promise<Response> {
  const table: Readonly<Record<string, Route>> = {
    login: {
      GET: (call) => startLogin(call, deps),
      POST(call) {
        const flow = call.params.get("flow");
        return flow === undefined ? startLogin(call, deps) : continueLogin(call, deps, flow);
      },
    },
    logout: { GET: () => confirmLogout(deps), POST: (call) => logout(call, deps) },
    switch: {
      GET: (call) => confirmSwitch(call, deps),
      POST: (call) => switchTenant(call, deps),
    },
    link: {
      GET: (call) => confirmLink(call, deps),
      POST: (call) => startLink(call, deps),
    },
    enter: { POST: (call) => enterTenant(call, deps) },
    leave: { POST: (call) => leaveTenant(call, deps) },
    me: { GET: (call) => me(call, deps) },
    tenants: { GET: (call) => tenants(call, deps) },
    sessions: { GET: (call) => listSessions(call, deps) },
    "sessions/revoke": { POST: (call) => revokeSession(call, deps) },
  };

  /** The route of a path, compared exactly: what a router might also accept does not exist here. */
  function find(pathname: string): Route | null {
    if (!pathname.startsWith(`${deps.authPath}/`)) return null;
    const path = pathname.slice(deps.authPath.length + 1);
    if (Object.hasOwn(table, path)) return table[path] ?? null;
    const [name, instance = "", connection, ...rest] = path.split("/");
    if (!INSTANCE.test(instance) || rest.length > 0) return null;
    if (connection !== undefined && !CONNECTION.test(connection)) return null;
    const place = { instance, connectionId: connection ?? null };
    if (name === "callback") {
      return { foreignQuery: true, GET: (call) => callback(call, deps, place) };
    }
    if (name === "authorize" && connection === undefined) {
      return {
        foreignQuery: true,
        GET: (call) => askConsent(call, deps, instance),
        POST: (call) => decideConsent(call, deps, instance),
      };
    }
    if (name === "backchannel-logout") {
      return { fromServers: true, POST: (call) => backchannelLogout(call, deps, place) };
    }
    if (name === "webhooks" && connection === undefined) {
      return { fromServers: true, signedBody: true, POST: (call) => webhook(call, deps, place) };
    }
    return null;
  }

  async function answer(request: Request, neutral: AuthRequest): Promise<Reply> {
    const { pathname, search } = new URL(request.url);
    const route = find(pathname);
    if (route === null) return refuse("route_not_found", "path_unknown");
    const { method } = request;
    const handler = method === "GET" ? route.GET : method === "POST" ? route.POST : undefined;
    if (handler === undefined) {
      const allow = (["GET", "POST"] as const).filter((name) => route[name] !== undefined);
      return { ...refuse("method_not_allowed", "method"), allow: allow.join(", ") };
    }
    const isPost = method === "POST";
    // SECURITY: every write but a server's own comes from one of our pages. In one place, for all.
    if (isPost && route.fromServers !== true && !originAllowed(neutral, deps.allowedOrigins)) {
      return refuse("csrf_refused", "origin_not_ours");
    }
    const jar = parseCookies(neutral.header("cookie"));
    if (jar === null) return refuse("credential_malformed", "cookies_too_long");

    const url = new URL(pathname + search, deps.baseUrl);
    let params: Params | null = new Map();
    let body: Uint8Array = new Uint8Array();
    if (isPost && route.signedBody === true) {
      const read = await readSignedBody(request);
      if (!read.ok) return unreadable(read.reason);
      body = read.value;
    } else if (isPost) {
      const read = await readBody(request);
      if (!read.ok) return unreadable(read.reason);
      params = read.value;
    } else if (route.foreignQuery !== true) {
      params = readParams(url.searchParams);
    }
    if (params === null) return refuse("request_invalid", "parameter_repeated");
    return handler({ request: neutral, url, jar, params, body });
  }

  return async function handle(request, peer = {}) {
    const neutral = fromWebRequest(request, peer.remoteAddress);
    let reply: Reply;
    try {
      reply = await answer(request, neutral);
    } catch (error) {
      // SECURITY: a store that throws, or a mistake of ours, is neither yes nor no. The error may
      // hold anything, so only its name is logged.
      const reason = error instanceof Error ? error.name : "unknown";
      deps.runtime.log({ level: "error", event: "auth_route.failed", reason });
      reply = { kind: "refused", error: new AuthError("store_unavailable", { reason }) };
    }
    if (reply.kind === "refused") {
      const { code, status, details } = reply.error;
      deps.runtime.log({
        level: status >= 500 ? "error" : "info",
        event: "auth_route.refused",
        ...(details.reason === undefined ? {} : { reason: details.reason }),
        fields: { code },
      });
    }
    return toResponse(reply, neutral, deps);
  };
}

function unreadable(reason: string): Reply {
  return refuse(reason === "body_too_large" ? "body_too_large" : "request_invalid", reason);
}
