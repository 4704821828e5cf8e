import type { IncomingMessage } from "node:http";
import {
  streamOf,
  type BindingUnderTest,
  type SuiteAnswer,
  type SuiteApp,
  type SuiteAuth,
  type SuiteHandler,
  type SuitePermission,
  type SuiteRoute,
  type SuiteStep,
} from "@tenantry/binding-suite";
import {
  fetchAuth,
  mergeVary,
  routeMount,
  type FetchAuth,
  type FetchHandler,
  type FetchMiddleware,
} from "@tenantry/core/http";
import { originForm, toWebRequest, type NodeHandler } from "@tenantry/core/node";
import { fetchDifferences } from "./differences.ts";
import { listen } from "./node-binding.ts";
import { matchRoute } from "./router.ts";

/** A plain `fetch` handler, behind the thinnest server there is. */
export const fetchBinding: BindingUnderTest = {
  name: "fetch",
  serve: (auth, app) => listen(serverOf(handlerFor(auth, app))),
  differences: fetchDifferences,
};

/** What a runtime with a `fetch` server does: `Request` in, `Response` out. */
function serverOf(handler: FetchHandler): NodeHandler {
  return async (req, res) => {
    const request = requestOf(req);
    if (request === null) {
      res.writeHead(400).end();
      return;
    }
    const { remoteAddress } = req.socket;
    const response = await handler(request, remoteAddress === undefined ? {} : { remoteAddress });
    for (const [name, value] of response.headers) res.appendHeader(name, value);
    if (!req.complete) res.setHeader("connection", "close");
    res.writeHead(response.status);
    const reader = response.body?.getReader();
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      res.write(part.value);
    }
    res.end();
  };
}

function requestOf(req: IncomingMessage): Request | null {
  return toWebRequest(req, { target: originForm(req.url ?? "/") });
}

type Binding = FetchAuth<SuitePermission>;
type BindingOf = (auth?: SuiteAuth) => Binding;

function handlerFor(auth: SuiteAuth, { steps }: SuiteApp): FetchHandler {
  const bindings = new Map<SuiteAuth, Binding>();
  const bindingOf: BindingOf = (wanted = auth) => {
    const binding = bindings.get(wanted) ?? fetchAuth(wanted);
    bindings.set(wanted, binding);
    return binding;
  };
  const last: FetchHandler = () => new Response(null, { status: 404 });
  return steps.reduceRight((next, step) => middlewareOf(step, bindingOf)(next), last);
}

function middlewareOf(step: SuiteStep, bindingOf: BindingOf): FetchMiddleware {
  switch (step.kind) {
    case "bodyParsers":
      return (next) => async (request, peer) => {
        if (request.body !== null) await request.clone().text();
        return next(request, peer);
      };
    case "middleware":
      return (next) => async (request, peer) => {
        const header = (name: string) => request.headers.get(name) ?? undefined;
        const touch = step.run({ method: request.method, header });
        const response =
          touch.status === undefined
            ? await next(request, peer)
            : new Response(null, { status: touch.status });
        return withHeaders(response, touch.headers);
      };
    case "forge":
      return (next) => (request, peer) => {
        for (const name of step.names) Reflect.set(request, name, step.value);
        return next(request, peer);
      };
    case "authenticate":
      return bindingOf(step.auth).authenticate(step.mount);
    case "authRoutes": {
      const routes = bindingOf().authRoutes();
      return (next) => (request, peer) =>
        new URL(request.url).pathname.startsWith("/auth/")
          ? routes(request, peer)
          : next(request, peer);
    }
    case "route":
      return routeOf(step, bindingOf);
    case "fallback":
      break;
  }
  return () => handlerOf(bindingOf(), step.handle, null);
}

function routeOf(route: SuiteRoute, bindingOf: BindingOf): FetchMiddleware {
  return (next) => (request, peer) => {
    const { pathname: target } = new URL(request.url);
    const params = matchRoute(route, { method: request.method, target });
    if (params === null) return next(request, peer);
    const guards = route.guards.map((guard): FetchMiddleware => {
      const { requireAuth, requireTenant, requirePermission } = bindingOf(guard.auth);
      if (guard.kind === "requireAuth") return requireAuth();
      if (guard.kind === "requireTenant") return requireTenant();
      return requirePermission(...guard.permissions);
    });
    const { authenticate: own } = route;
    const first: FetchMiddleware[] =
      own === undefined
        ? []
        : [bindingOf().authenticate(() => routeMount(own, (name) => params.get(name)))];
    const handler = handlerOf(bindingOf(route.auth), route.handle, params);
    return [...first, ...guards].reduceRight((inner, middleware) => middleware(inner), handler)(
      request,
      peer,
    );
  };
}

function handlerOf(
  { get, tenantContext }: Binding,
  handle: SuiteHandler,
  params: ReadonlyMap<string, string> | null,
): FetchHandler {
  return async (request) =>
    responseOf(
      await handle({
        get context() {
          return get(request);
        },
        tenantContext: () => tenantContext(request),
        param: (name) => params?.get(name),
      }),
    );
}

function responseOf({ status = 200, headers = [], body }: SuiteAnswer): Response {
  const content = typeof body === "string" ? body : streamOf(body);
  return new Response(status === 204 ? null : content, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}

function withHeaders(
  response: Response,
  headers: readonly (readonly [string, string])[],
): Response {
  const own = new Response(response.body, response);
  for (const [name, value] of headers) {
    if (name === "vary") own.headers.set(name, mergeVary(own.headers.get(name), value));
    else own.headers.append(name, value);
  }
  return own;
}
