import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import {
  streamOf,
  type BindingUnderTest,
  type SuiteAnswer,
  type SuiteApp,
  type SuiteAuth,
  type SuiteHandler,
  type SuitePermission,
  type SuiteStep,
} from "@tenantry/binding-suite";
import { honoAuth, type HonoAuth } from "@tenantry/hono";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { differences } from "./differences.ts";

/** Hono on Node, through its own adapter. */
export const honoBinding: BindingUnderTest = {
  name: "Hono",
  async serve(auth, app) {
    const server = createAdaptorServer({ fetch: appOf(auth, app).fetch });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
      address: server.address() as AddressInfo,
      async close() {
        if ("closeAllConnections" in server) server.closeAllConnections();
        server.close();
        await once(server, "close");
      },
    };
  },
  differences,
};

type Binding = HonoAuth<SuitePermission>;

function appOf(auth: SuiteAuth, { steps }: SuiteApp): Hono {
  const app = new Hono();
  app.onError((_error, c) => c.text("failed", 500));
  const bindings = new Map<SuiteAuth, Binding>();
  const bindingOf = (wanted: SuiteAuth = auth): Binding => {
    const binding =
      bindings.get(wanted) ??
      honoAuth(wanted, { remoteAddress: (c) => getConnInfo(c).remote.address });
    bindings.set(wanted, binding);
    return binding;
  };
  for (const step of steps) addStep(app, step, bindingOf);
  return app;
}

function addStep(app: Hono, step: SuiteStep, bindingOf: (auth?: SuiteAuth) => Binding): void {
  switch (step.kind) {
    case "bodyParsers":
      app.use(readBody);
      break;
    case "middleware":
      app.use(async (c, next) => {
        const touch = step.run({ method: c.req.method, header: (name) => c.req.header(name) });
        setHeaders(c, touch.headers);
        if (touch.status !== undefined)
          return c.newResponse(null, new Response(null, { status: touch.status }));
        return next();
      });
      break;
    case "forge":
      app.use((c, next) => {
        const holder: { set(name: string, value: unknown): void } = c;
        for (const name of step.names) {
          holder.set(name, step.value);
          Reflect.set(c.req.raw, name, step.value);
        }
        return next();
      });
      break;
    case "authenticate":
      app.use(bindingOf(step.auth).authenticate(step.mount));
      break;
    case "authRoutes":
      app.all("/auth/*", bindingOf().authRoutes());
      break;
    case "route": {
      const own = step.authenticate;
      const middleware: MiddlewareHandler[] = [
        ...(own === undefined ? [] : [bindingOf().authenticate(own)]),
        ...step.guards.map((guard): MiddlewareHandler => {
          const { requireAuth, requireTenant, requirePermission } = bindingOf(guard.auth);
          if (guard.kind === "requireAuth") return requireAuth();
          if (guard.kind === "requireTenant") return requireTenant();
          return requirePermission(...guard.permissions);
        }),
      ];
      app.on(step.method, [step.path], ...middleware, handlerOf(bindingOf(step.auth), step.handle));
      break;
    }
    case "fallback":
      app.notFound(handlerOf(bindingOf(), step.handle));
      break;
  }
}

/** What a validator does: it reads the body through Hono, which keeps it. */
const readBody: MiddlewareHandler = async (c, next) => {
  const type = c.req.header("content-type") ?? "";
  if (type.startsWith("application/json")) await c.req.json();
  if (type.startsWith("application/x-www-form-urlencoded")) await c.req.parseBody();
  return next();
};

function handlerOf(
  { get, tenantContext }: Binding,
  handle: SuiteHandler,
): (c: Context) => Promise<Response> {
  return async (c) => {
    const answer = await handle({
      get context() {
        return get(c);
      },
      tenantContext: () => tenantContext(c),
      param: (name) => c.req.param(name),
    });
    return answerOf(c, answer);
  };
}

function answerOf(
  c: Context,
  { status = 200, headers = [], body, isNative }: SuiteAnswer,
): Response {
  const content = typeof body === "string" ? body : streamOf(body);
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  if (isNative === true) return new Response(content, init);
  setHeaders(c, headers);
  return c.newResponse(status === 204 ? null : content, new Response(null, { status }));
}

function setHeaders(c: Context, headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) {
    c.header(name, value, { append: name === "vary" || name === "set-cookie" });
  }
}
