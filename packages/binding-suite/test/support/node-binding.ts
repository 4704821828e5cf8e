import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type BindingUnderTest,
  type Served,
  type SuiteAnswer,
  type SuiteApp,
  type SuiteAuth,
  type SuiteHandler,
  type SuitePermission,
  type SuiteRoute,
  type SuiteStep,
} from "@tenantry/binding-suite";
import { mergeVary, routeMount } from "@tenantry/core/http";
import {
  nodeAuth,
  originForm,
  type NodeAuth,
  type NodeHandler,
  type NodeMiddleware,
} from "@tenantry/core/node";
import { nodeDifferences } from "./differences.ts";
import { matchRoute } from "./router.ts";

/** `node:http` without a framework. */
export const nodeBinding: BindingUnderTest = {
  name: "node:http",
  serve: (auth, app) => listen(handlerFor(auth, app)),
  differences: nodeDifferences,
};

/** Serves a handler; what it throws is answered as plainly as possible. */
export async function listen(handler: NodeHandler): Promise<Served> {
  const server = createServer((req, res) => {
    Promise.resolve(handler(req, res)).catch(() => {
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: server.address() as AddressInfo,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Binding = NodeAuth<SuitePermission>;
type BindingOf = (auth?: SuiteAuth) => Binding;

function handlerFor(auth: SuiteAuth, { steps }: SuiteApp): NodeHandler {
  const bindings = new Map<SuiteAuth, Binding>();
  const bindingOf: BindingOf = (wanted = auth) => {
    const binding = bindings.get(wanted) ?? nodeAuth(wanted);
    bindings.set(wanted, binding);
    return binding;
  };
  const last: NodeHandler = (_req, res) => void res.writeHead(404).end();
  return steps.reduceRight((next, step) => middlewareOf(step, bindingOf)(next), last);
}

function middlewareOf(step: SuiteStep, bindingOf: BindingOf): NodeMiddleware {
  switch (step.kind) {
    case "bodyParsers":
      return (next) => next; // `node:http` has none
    case "middleware":
      return (next) => (req, res) => {
        const { method = "GET", headers } = req;
        const touch = step.run({ method, header: (name) => headers[name]?.toString() });
        setHeaders(res, touch.headers);
        if (touch.status === undefined) return next(req, res);
        res.writeHead(touch.status).end();
        return undefined;
      };
    case "forge":
      return (next) => (req, res) => {
        for (const name of step.names) Reflect.set(req, name, step.value);
        return next(req, res);
      };
    case "authenticate":
      return bindingOf(step.auth).authenticate(step.mount);
    case "authRoutes": {
      const routes = bindingOf().authRoutes();
      return (next) => (req, res) =>
        targetOf(req).startsWith("/auth/") ? routes(req, res) : next(req, res);
    }
    case "route":
      return routeOf(step, bindingOf);
    case "fallback":
      break;
  }
  return () => handlerOf(bindingOf(), step.handle, null);
}

function routeOf(route: SuiteRoute, bindingOf: BindingOf): NodeMiddleware {
  return (next) => (req, res) => {
    const params = matchRoute(route, { method: req.method ?? "GET", target: targetOf(req) });
    if (params === null) return next(req, res);
    const guards = route.guards.map((guard): NodeMiddleware => {
      const { requireAuth, requireTenant, requirePermission } = bindingOf(guard.auth);
      if (guard.kind === "requireAuth") return requireAuth();
      if (guard.kind === "requireTenant") return requireTenant();
      return requirePermission(...guard.permissions);
    });
    const { authenticate: own } = route;
    const first: NodeMiddleware[] =
      own === undefined
        ? []
        : [bindingOf().authenticate(() => routeMount(own, (name) => params.get(name)))];
    const handler = handlerOf(bindingOf(route.auth), route.handle, params);
    return [...first, ...guards].reduceRight((inner, middleware) => middleware(inner), handler)(
      req,
      res,
    );
  };
}

function targetOf(req: IncomingMessage): string {
  return originForm(req.url ?? "/");
}

function handlerOf(
  { get, tenantContext }: Binding,
  handle: SuiteHandler,
  params: ReadonlyMap<string, string> | null,
): NodeHandler {
  return async (req, res) => {
    const answer = await handle({
      get context() {
        return get(req);
      },
      tenantContext: () => tenantContext(req),
      param: (name) => params?.get(name),
    });
    await send(res, answer);
  };
}

async function send(
  res: ServerResponse,
  { status = 200, headers = [], body }: SuiteAnswer,
): Promise<void> {
  setHeaders(res, headers);
  res.writeHead(status);
  if (typeof body === "string") res.end(body);
  else await pipeline(Readable.from(body), res);
}

function setHeaders(res: ServerResponse, headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) {
    if (name === "set-cookie") res.appendHeader(name, value);
    else if (name === "vary") {
      res.setHeader(name, mergeVary(res.getHeader(name)?.toString() ?? null, value));
    } else res.setHeader(name, value);
  }
}
