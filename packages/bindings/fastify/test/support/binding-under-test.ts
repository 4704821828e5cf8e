import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type {
  BindingUnderTest,
  SuiteAnswer,
  SuiteApp,
  SuiteAuth,
  SuiteGuard,
  SuiteHandler,
  SuitePermission,
  SuiteStep,
} from "@tenantry/binding-suite";
import { fastifyAuth, type FastifyAuth, type FastifyHook } from "@tenantry/fastify";
import { fastify, type FastifyInstance, type FastifyReply, type RouteHandlerMethod } from "fastify";
import { differences } from "./differences.ts";

/** Fastify 5, with a `trustProxy` that must not matter. */
export const fastifyBinding: BindingUnderTest = {
  name: "Fastify",
  async serve(auth, app) {
    const server = fastify({ trustProxy: true, forceCloseConnections: true });
    const bindings = new Map<SuiteAuth, Binding>();
    const bindingOf = (wanted: SuiteAuth = auth): Binding => {
      const binding = bindings.get(wanted) ?? fastifyAuth(wanted);
      bindings.set(wanted, binding);
      return binding;
    };
    addSteps(server, app.steps, bindingOf);
    await server.listen({ port: 0, host: "127.0.0.1" });
    return { address: server.server.address() as AddressInfo, close: () => server.close() };
  },
  differences,
};

type Binding = FastifyAuth<SuitePermission>;
type BindingOf = (auth?: SuiteAuth) => Binding;

/** Hooks reach the whole of their scope, so what stands behind a plugin is a scope of its own. */
function addSteps(scope: FastifyInstance, steps: SuiteApp["steps"], bindingOf: BindingOf): void {
  const at = steps.findIndex(({ kind }) => kind === "authenticate");
  const step = steps[at];
  for (const before of at === -1 ? steps : steps.slice(0, at)) addStep(scope, before, bindingOf);
  if (step?.kind !== "authenticate") return;
  scope.register((inner, _options, done) => {
    inner.register(bindingOf(step.auth).plugin({ ...step.mount, decorator: "auth" }));
    addSteps(inner, steps.slice(at + 1), bindingOf);
    done();
  });
}

function addStep(scope: FastifyInstance, step: SuiteStep, bindingOf: BindingOf): void {
  switch (step.kind) {
    case "bodyParsers":
      // JSON is parsed anyway.
      scope.addContentTypeParser(
        "application/x-www-form-urlencoded",
        { parseAs: "string" },
        (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      break;
    case "middleware":
      scope.addHook("onRequest", async (request, reply) => {
        const { method, headers } = request;
        const touch = step.run({ method, header: (name) => headers[name]?.toString() });
        setHeaders(reply, touch.headers);
        if (touch.status !== undefined) return reply.code(touch.status).send();
        return undefined;
      });
      break;
    case "forge":
      scope.addHook("onRequest", async (request) => {
        for (const name of step.names) {
          Reflect.set(request, name, step.value);
          Reflect.set(request.raw, name, step.value);
        }
      });
      break;
    case "authenticate":
      break;
    case "authRoutes":
      scope.register(bindingOf().authRoutes());
      break;
    case "route": {
      const { method, path: url, authenticate: own, guards, auth, handle } = step;
      const onRequest = [
        ...(own === undefined ? [] : [bindingOf().authenticate(own)]),
        ...guards.map((guard) => guardOf(guard, bindingOf)),
      ];
      scope.route({ method, url, onRequest, handler: handlerOf(bindingOf(auth), handle) });
      break;
    }
    case "fallback":
      scope.setNotFoundHandler(handlerOf(bindingOf(), step.handle));
      break;
  }
}

function guardOf(guard: SuiteGuard, bindingOf: BindingOf): FastifyHook {
  const { requireAuth, requireTenant, requirePermission } = bindingOf(guard.auth);
  if (guard.kind === "requireAuth") return requireAuth();
  if (guard.kind === "requireTenant") return requireTenant();
  return requirePermission(...guard.permissions);
}

function handlerOf({ get, tenantContext }: Binding, handle: SuiteHandler): RouteHandlerMethod {
  return async (request, reply) => {
    const params = new Map<string, unknown>(Object.entries(request.params ?? {}));
    const answer = await handle({
      get context() {
        return get(request);
      },
      tenantContext: () => tenantContext(request),
      param(name) {
        const value = params.get(name);
        return typeof value === "string" ? value : undefined;
      },
    });
    return send(reply, answer);
  };
}

function send(
  reply: FastifyReply,
  { status = 200, headers = [], body, isNative }: SuiteAnswer,
): FastifyReply {
  if (isNative === true && typeof body === "string") {
    return reply.send(
      new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) }),
    );
  }
  setHeaders(reply, headers);
  return reply.code(status).send(typeof body === "string" ? body : Readable.from(body));
}

function setHeaders(reply: FastifyReply, headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) {
    const before = name === "vary" ? reply.getHeader(name) : undefined;
    reply.header(name, before === undefined ? value : `${before.toString()}, ${value}`);
  }
}
