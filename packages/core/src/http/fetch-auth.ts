import type { Auth } from "../auth.ts";
import type { Requirement } from "../guard.ts";
import type { MountOptions } from "../options.ts";
import { fromWebRequest } from "../request/request.ts";
import { PRIVATE_HEADERS, type HttpAnswer } from "./answer.ts";
import { rulesCaches } from "./caching.ts";
import { createDoor } from "./door.ts";
import type { Guards } from "./guards.ts";
import { mergeVary } from "./vary.ts";

/** What the platform knows about the connection. */
export interface Peer {
  /** The address that really connected; needed only for `trustedProxies`. */
  readonly remoteAddress?: string;
}

/** A handler of a server that speaks `fetch`: Bun, Deno, workers, service workers. */
export type FetchHandler = (request: Request, peer?: Peer) => Response | Promise<Response>;

/** Puts something in front of a handler. The handler has to get the same `Request` object. */
export type FetchMiddleware = (next: FetchHandler) => FetchHandler;

/** Middleware and guards of one auth instance, for plain `fetch` handlers. */
export interface FetchAuth<P extends string> extends Guards<P, FetchMiddleware, Request> {
  /** Finds out who asks. It lets everybody through: the guards refuse. */
  readonly authenticate: (
    mount?: MountOptions | ((request: Request) => MountOptions),
  ) => FetchMiddleware;
  /** The sign-in routes: for every path below `auth.routes.path`. */
  readonly authRoutes: () => FetchHandler;
}

/** Binds an auth instance to handlers that take a `Request` and give a `Response`. */
export function fetchAuth<P extends string, R extends string>(auth: Auth<P, R>): FetchAuth<P> {
  const door = createDoor<Request, P>(auth);

  function authenticate(
    mount: MountOptions | ((request: Request) => MountOptions) = {},
  ): FetchMiddleware {
    return (next) => async (request, peer) => {
      const entered = await door.enter(request, fromWebRequest(request, peer?.remoteAddress), () =>
        typeof mount === "function" ? mount(request) : mount,
      );
      const response =
        entered.answer === null ? await next(request, peer) : toResponse(entered.answer);
      return withHeaders(response, entered.setCookies);
    };
  }

  function guard(requirement: Requirement<P>): FetchMiddleware {
    return (next) => (request, peer) => {
      const refusal = door.refusal(request, requirement, () => fromWebRequest(request));
      return refusal === null ? next(request, peer) : toResponse(refusal);
    };
  }

  return {
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => (request, peer) => auth.routes.handle(request, peer),
    get: (request) => door.get(request),
    tenantContext: (request) => door.tenantContext(request),
  };
}

function toResponse({ status, headers, body }: HttpAnswer): Response {
  const all = new Headers();
  for (const [name, value] of headers) all.append(name, value);
  return new Response(body, { status, headers: all });
}

/**
 * Marks a response as depending on who asks. A `Cache-Control` of the handler's own stays, unless the
 * response carries cookies of ours.
 */
function withHeaders(response: Response, setCookies: readonly string[]): Response {
  // A connection that becomes a web socket, which nobody can build again or cache.
  if (response.status < 200) return response;
  // Responses of `fetch` are immutable; a handler may hand one on.
  const own = new Response(response.body, response);
  // SECURITY: a shared cache that kept the response would hand out the cookies with it.
  if (setCookies.length > 0) forgetCaching(own.headers);
  for (const [name, value] of PRIVATE_HEADERS) {
    if (name === "vary") own.headers.set(name, mergeVary(own.headers.get(name), value));
    else if (!own.headers.has(name)) own.headers.set(name, value);
  }
  for (const cookie of setCookies) own.headers.append("set-cookie", cookie);
  return own;
}

function forgetCaching(headers: Headers): void {
  for (const name of [...headers.keys()]) if (rulesCaches(name)) headers.delete(name);
}
