import fastifyPlugin from "fastify-plugin";
import type { FastifyPluginCallback } from "fastify";
import {
  createDoor,
  routeMount,
  type Auth,
  type AuthRequest,
  type Guards,
  type Requirement,
  type RouteMount,
} from "@tenantry/core/http";
import { fromNodeRequest } from "@tenantry/core/node";
import { createAuthRoutes } from "./auth-routes.ts";
import type { FastifyHook, HookRequest } from "./hook.ts";
import { send, setPrivate } from "./respond.ts";
import { targetOf } from "./target.ts";

/** What one mount accepts. `tenantParam` names a parameter of the route that the hook stands on. */
export type FastifyMount = RouteMount;

/** What the plugin does besides authenticating. */
export interface FastifyPluginSettings extends FastifyMount {
  /**
   * Name of a read-only decorator of requests that gives what `get` gives: `auth` for `request.auth`.
   * Its type is the app's to declare, with `ContextOf`. Default: none.
   */
  readonly decorator?: string;
}

/** Hooks and plugins of one auth instance. */
export interface FastifyAuth<P extends string> extends Guards<P, FastifyHook, HookRequest> {
  /**
   * A plugin whose scope is the one it is registered in: every request there is authenticated, in
   * `onRequest`. It lets everybody through: the guards refuse.
   */
  readonly plugin: (settings?: FastifyPluginSettings) => FastifyPluginCallback;
  /** The same as a hook, for one route or one scope: `addHook("onRequest", authenticate())`. */
  readonly authenticate: (mount?: FastifyMount) => FastifyHook;
  /** The sign-in routes as a plugin, at their own path: `app.register(authRoutes())`, without a prefix. */
  readonly authRoutes: () => FastifyPluginCallback;
}

/** What `get` of a binding gives, to declare the type of a decorator with. */
export type ContextOf<A extends { readonly get: (request: HookRequest) => unknown }> = ReturnType<
  A["get"]
>;

/** Binds an auth instance to Fastify 5. */
export function fastifyAuth<P extends string, R extends string>(auth: Auth<P, R>): FastifyAuth<P> {
  const door = createDoor<HookRequest, P>(auth);

  function authenticate(mount: FastifyMount = {}): FastifyHook {
    return async (request, reply) => {
      setPrivate(reply, []);
      const params = new Map<string, unknown>(Object.entries(request.params ?? {}));
      const { setCookies, answer } = await door.enter(request, neutralRequest(request), () =>
        routeMount(mount, (name) => params.get(name)),
      );
      // Somebody else, a time limit for example, has answered meanwhile.
      if (reply.sent) return reply;
      setPrivate(reply, setCookies);
      return answer === null ? undefined : send(reply, answer);
    };
  }

  function guard(requirement: Requirement<P>): FastifyHook {
    return async (request, reply) => {
      const refusal = door.refusal(request, requirement, () => neutralRequest(request));
      return refusal === null ? undefined : send(reply, refusal);
    };
  }

  function plugin({ decorator, ...mount }: FastifyPluginSettings = {}): FastifyPluginCallback {
    return fastifyPlugin(
      (scope, _options, done) => {
        if (decorator !== undefined) {
          scope.decorateRequest(decorator, {
            getter() {
              return door.get(this);
            },
          });
        }
        scope.addHook("onRequest", authenticate(mount));
        done();
      },
      { fastify: "5.x", name: "@tenantry/fastify" },
    );
  }

  return {
    plugin,
    authenticate,
    requireAuth: () => guard({ kind: "auth" }),
    requireTenant: () => guard({ kind: "tenant" }),
    requirePermission: (...permissions) => guard({ kind: "permission", permissions }),
    authRoutes: () => createAuthRoutes(auth),
    get: (request) => door.get(request),
    tenantContext: (request) => door.tenantContext(request),
  };
}

/** SECURITY: neither `request.ip` nor `request.host`, which believe `X-Forwarded-*` under "trustProxy". */
function neutralRequest({ raw }: HookRequest): AuthRequest {
  return fromNodeRequest(raw, targetOf(raw));
}
